import { countedProgram } from '../tooling/processes.mjs';

/** What the stock of many products takes, and the write units of the views. */
export const campaign = ({ products }) => countedProgram('test/stock/main.ts', ['--products', products]);
