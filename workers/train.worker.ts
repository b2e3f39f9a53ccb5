import { createTrainer } from '../src/adapt/trainer.ts';
import { serveTrainer } from '../src/bridge/host.ts';

serveTrainer(createTrainer());
