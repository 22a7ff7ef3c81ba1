import { setTimeout as delay } from 'node:timers/promises';
import { eventLog } from './environment';
import { processing } from './processing';

export const handler = processing({ log: eventLog(), delay, random: Math.random });
