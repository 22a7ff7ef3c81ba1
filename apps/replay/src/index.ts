export { createClient, ServerUnavailable, type Client, type ClientOptions } from './client';
export { eventOf, openingOf, type ReplayEvent } from './events';
export { MalformedFile, readLines, type Line } from './lines';
export { eventsOf, loadPlans, type Load, type Plan } from './plan';
export { productIdOf } from './product-id';
export { run, type Surroundings } from './run';
export { provenUpTo, replay, verify, type Mismatch, type ReplayOptions, type Tally } from './replay';
export { unitsSold } from './sums';
