/**
 * The pages in a real browser on a real server. The parts run in this order and share the server's data:
 * it must hold no spans at first.
 */
import { afterAll } from 'vitest';
import { closeBrowser } from './browser.ts';
import { damagedTests } from './damaged.ts';
import { emptyTests } from './empty.ts';
import { searchTests } from './search.ts';
import { statusTests } from './status.ts';
import { traceTests } from './trace.ts';

afterAll(closeBrowser);

emptyTests();
searchTests();
traceTests();
statusTests();
damagedTests();
