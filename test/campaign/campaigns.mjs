import { availableParallelism } from 'node:os';

const jobs = availableParallelism();

/**
 * Every campaign: what it checks, its options with their defaults (`true`: a switch, `''`: absent), and the module whose
 * `campaign` runs it and answers `{ passed, failed }`. `needsBuild`: it starts built programs.
 */
export const campaigns = {
  history: {
    about: 'random histories of one product: every answer equals the definition, every remedy is true',
    options: { runs: 20_000, seed: 1, store: 'memory' },
    module: '../history/run.mjs',
  },
  'second-domain': {
    about: 'the same for a log of bank accounts, which shares no code with the inventory',
    options: { runs: 2_000, seed: 1 },
    module: '../second-domain/run.mjs',
  },
  acts: {
    about: 'random acts over several products with lost races: every answer equals the definition',
    options: { runs: 2_000, seed: 1 },
    module: '../acts/run.mjs',
  },
  questions: {
    about:
      'random questions why a number is what it is, and why it changed: every answer equals the definition',
    options: { runs: 20_000, seed: 1 },
    module: '../questions/run.mjs',
  },
  closings: {
    about:
      'random histories with closings and clocks that jump, bugs that they must find, a report through further events',
    options: { runs: 5_000, seed: 1, later: 1_000, products: 0 },
    module: '../closings/run.mjs',
  },
  lateness: {
    about: 'what late news costs: requests and units by its distance, and the time by turns',
    options: { events: '10000', runs: 200, turns: 20_000, reads: 2_000 },
    module: '../lateness/run.mjs',
  },
  mutants: {
    about: 'broken versions of the log, each of which the random histories must catch',
    options: { runs: 400, seed: 1, only: '' },
    module: '../history/mutants-run.mjs',
  },
  simulate: {
    about: 'simulated runs of the whole path with faults, from HTTP to the table',
    options: { runs: 2_000, seed: 1, jobs, trace: true },
    module: '../simulation/run.mjs',
  },
  interleavings: {
    about: 'critical sections in many orders of their calls to the store',
    options: { runs: 2_000, seed: 1, jobs, only: '' },
    module: '../interleavings/run.mjs',
  },
  'seeded-bugs': {
    about: 'plausible bugs of the protocol, each of which simulation or interleavings must find',
    options: { runs: 2_000, seed: 1, seeds: 1, jobs, only: '' },
    module: '../seeded-bugs/run.mjs',
  },
  model: {
    about: 'the Quint model of the protocol: its invariants, and its traces replayed on the real log',
    options: { runs: 1_000, replays: 50, seed: 1, steps: 45, keep: '', only: '' },
    module: '../model/run.mjs',
  },
  differential: {
    about: 'the same random operations on every engine: equal answers, equal items (requires Java)',
    options: { runs: 1_000, seed: 1 },
    module: '../differential/run.mjs',
  },
  'dynamodb-local': {
    about: "the log's tests on Amazon's DynamoDB Local (requires Java; downloads 50 MB once)",
    options: { only: 'test/event-log' },
    module: '../tooling/dynamodb-local-run.mjs',
    needsBuild: true,
  },
  fuzz: {
    about: 'requests generated from the OpenAPI document, against the built server',
    options: { runs: 20_000, seed: 1 },
    module: '../fuzz/run.mjs',
    needsBuild: true,
  },
  'ways-in': {
    about: 'appends of any keys, and of sizes around every limit, against the built server',
    options: { runs: 2_000, seed: 1 },
    module: '../ways-in/run.mjs',
    needsBuild: true,
  },
  files: {
    about: 'imports and exports of whole files: straight, through a server, day by day, killed, restored',
    options: { only: '', file: '', lines: 1_499, kills: 20, events: 2_000, questions: 1_000, seed: 1 },
    module: '../files/run.mjs',
    needsBuild: true,
  },
  crash: {
    about: 'kill -9 of random processes of the built server under load',
    options: { runs: 25, seed: 1 },
    module: '../crash/run.mjs',
    needsBuild: true,
  },
  transfers: {
    about: 'writers move stock among products of a server that is killed with kill -9: the sum never changes',
    options: { kills: 20, seed: 1 },
    module: '../transfers/run.mjs',
    needsBuild: true,
  },
  views: {
    about: 'feed, catalogue, stock and settled answers of a server whose indexer and engine are killed',
    options: { events: 5_000, products: 200, kills: 4, answers: 500, seed: 1, strict: true },
    module: '../views/run.mjs',
    needsBuild: true,
  },
  overload: {
    about: 'twice the load that this machine can take, against the built server',
    options: { minutes: 10, seed: 1 },
    module: '../overload/run.mjs',
    needsBuild: true,
  },
  abuse: {
    about: 'connections that misbehave: slow tails, slow and endless bodies, unread answers; and a bystander',
    options: { minutes: 10, connections: 2_000, tails: 1_500 },
    module: '../abuse/run.mjs',
    needsBuild: true,
  },
  soak: {
    about: 'memory of each process of the built server at 70 % of sustainable load',
    options: { minutes: 30, seed: 1, load: 0.7, clients: 16, products: 400 },
    module: '../bench/soak.mjs',
    needsBuild: true,
  },
  stock: {
    about: 'time and units of the stock of many products, and what it takes to index an event',
    options: { products: 10_000 },
    module: '../stock/run.mjs',
  },
  cost: {
    about: 'requests and capacity units of each operation, on streams of up to 100,000 events',
    options: { lengths: '100,10000,100000', distances: '1,100,10000' },
    module: '../event-log/cost-run.mjs',
  },
  stryker: {
    about: 'mutation testing of domain, event-log and workflow (an hour of one core)',
    options: { only: 'domain,event-log,verify,workflow', mutate: '', static: true, jobs: 1 },
    module: '../stryker/run.mjs',
  },
  deploy: {
    about: 'deployment into a stand-in AWS account (requires terraform, moto, `npm ci` in terraform/)',
    module: '../deploy/run.mjs',
    needsBuild: true,
  },
};
