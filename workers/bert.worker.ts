import { serveThread } from '../src/embed/bert/thread.ts';

serveThread(self as DedicatedWorkerGlobalScope);
