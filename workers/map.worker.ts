import { serveProjector } from '../src/bridge/host.ts';
import { createProjector } from '../src/map/projector.ts';

serveProjector(createProjector());
