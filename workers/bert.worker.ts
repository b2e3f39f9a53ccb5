import { servePorts } from '../src/bridge/workers.ts';
import { serveThread } from '../src/embed/bert/thread.ts';

servePorts(serveThread);
