import { pagesWithCommands, replays } from './replay';

jest.setTimeout(300_000);

describe.each(pagesWithCommands().slow)('%s', replays);
