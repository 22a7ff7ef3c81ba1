import type { Gateways, HttpRequest, HttpResponse } from './gateways';
import type { Act, Deed } from './history';
import type { Surroundings } from './host';
import type { Workload } from './workload';

const PATIENCE = 60_000;
const TRIES = 6;
const POLLS = 40;

/** No answer, and answers after which the same request may be retried. */
const isOpen = (response: HttpResponse | undefined): boolean =>
  response === undefined || response.status === 429 || response.status >= 500;

const mayRepeat = (act: Act): boolean => act.kind !== 'append' || act.events !== undefined || act.dryRun;

/** A client that follows the API documentation: without an answer, it retries with the same ids. */
export class Client {
  readonly deeds: Deed[] = [];

  constructor(
    readonly surroundings: Surroundings,
    readonly gateways: Gateways,
    readonly workload: Workload,
  ) {}

  async act(times: number): Promise<void> {
    const { world } = this.surroundings;
    for (let i = 0; i < times; i += 1) {
      await world.sleep(world.between(0, 2_000));
      const deed: Deed = { act: this.workload.next(), attempts: [] };
      this.deeds.push(deed);
      await this.insist(deed, TRIES);
    }
  }

  /** Retries until there is an answer. */
  async insist(deed: Deed, tries: number): Promise<void> {
    const { world } = this.surroundings;
    for (let i = 0; i < tries; i += 1) {
      if (i > 0) await world.sleep(world.between(10, 1_000 * 2 ** i));
      const from = world.now;
      const response = await this.#attempt(deed);
      const to = response === undefined ? Infinity : world.now;
      this.workload.hear(response?.body);
      deed.attempts.push({ from, to, response });
      world.note(`client ${deed.act.kind} ${response?.status ?? 'no answer'}`);
      if (!isOpen(response) || !mayRepeat(deed.act)) return;
    }
  }

  async #attempt(deed: Deed): Promise<HttpResponse | undefined> {
    const { world, faults } = this.surroundings;
    const { act } = deed;
    if (mayRepeat(act) && world.chance(faults.twice)) {
      deed.doubled = true;
      world.schedule(world.between(0, 10_000), () => void this.gateways.send(act.request));
    }
    const response = await this.#send(act.request);
    if (response?.status !== 202) return response;
    return this.#ending(response.headers['location'] ?? '');
  }

  async #send(request: HttpRequest): Promise<HttpResponse | undefined> {
    const { world, faults } = this.surroundings;
    const answered = (async () => {
      await world.sleep(world.between(0, faults.slowness));
      if (world.chance(faults.service / 4)) return world.sleep(2 * PATIENCE).then(() => undefined);
      const response = await this.gateways.send(request);
      await world.sleep(world.between(0, faults.slowness));
      if (world.chance(faults.service / 4)) return world.sleep(2 * PATIENCE).then(() => undefined);
      return response;
    })();
    return Promise.race([answered, world.sleep(PATIENCE).then(() => undefined)]);
  }

  /** The answer that an execution in the background would have given. */
  async #ending(path: string): Promise<HttpResponse | undefined> {
    const { world } = this.surroundings;
    for (let i = 0; i < POLLS; i += 1) {
      await world.sleep(1_000 * (i + 1));
      const polled = await this.#send({ method: 'GET', path, query: {}, headers: {} });
      if (polled?.status !== 200 || polled.body.status === 'running') continue;
      const { headers, body } = polled;
      if (body.status === 'failed')
        return { status: body.problem.status as number, headers: { 'retry-after': '1' }, body: body.problem };
      return { status: headers['idempotent-replayed'] === 'true' ? 200 : 201, headers, body: body.result };
    }
    return undefined;
  }
}
