import { parseEvents, registry, type ProductEvent } from '@hindsight/domain';
import type { Act, AppendAct, ReadAct } from './history';
import { START, type World } from './world';

type Body = Record<string, unknown>;

/**
 * Effective times are whole minutes around the start, so that ties, past and future events are all frequent.
 */
const minute = (number: number): string => new Date(START + number * 60_000).toISOString();

function preconditionOf(version: number | undefined): Record<string, string> {
  if (version === undefined) return {};
  return version === 0 ? { 'if-none-match': '*' } : { 'if-match': `"${version}"` };
}

/** Generates the clients' requests at random. */
export class Workload {
  readonly #sent: Record<string, { id: string; body: Body }[]> = {};
  /** Appends that are sent again, answered or not: mostly batches, which may be partially deduplicated. */
  readonly #repeatable: AppendAct[] = [];
  /** Record times seen in answers. Queries at these moments test the boundaries. */
  readonly #recorded: string[] = [];
  #ids = 0;

  constructor(
    readonly world: World,
    readonly products: readonly string[],
  ) {}

  next(): Act {
    const { world } = this;
    if (this.#repeatable.length > 0 && world.chance(0.06)) return world.pick(this.#repeatable);
    const productId = world.pick(this.products);
    if (!world.chance(0.7)) return this.#read(productId);
    const act = this.#append(productId);
    if (act.events !== undefined && !act.dryRun && (act.count > 1 || world.chance(0.2)))
      this.#repeatable.push(act);
    return act;
  }

  /** Learns from an answer. */
  hear(body: unknown): void {
    const { events } = (typeof body === 'object' && body !== null ? body : {}) as { events?: unknown };
    for (const { recordedAt } of Array.isArray(events) ? (events as { recordedAt?: string }[]) : [])
      if (recordedAt !== undefined) this.#recorded.push(recordedAt);
  }

  #knownAt(): string {
    const { world } = this;
    return this.#recorded.length > 0 && world.chance(0.6)
      ? world.pick(this.#recorded)
      : new Date(world.now - world.between(0, 60_000)).toISOString();
  }

  #moment(): Body {
    return this.world.chance(0.55) ? { effectiveAt: minute(this.world.between(-12, 6)) } : {};
  }

  #change(): Body {
    const { world } = this;
    const quantity = world.between(1, 9);
    const kind = world.between(1, 12);
    if (kind <= 5)
      return {
        eventType: 'productReceived',
        quantity,
        ...(world.chance(0.3) && { unitPrice: `$${quantity}`, color: 'red' }),
      };
    if (kind <= 10) return { eventType: 'productShipped', quantity };
    if (kind === 11) return { eventType: 'productAdjusted', unitPrice: `$${quantity}` };
    return { eventType: 'stockCounted', quantity };
  }

  #event(productId: string): { id: string; body: Body } {
    const { world } = this;
    const known = (this.#sent[productId] ??= []);
    const again = known.length > 0 && world.chance(0.08) ? world.pick(known) : undefined;
    if (again)
      return world.chance(0.8) ? again : { id: again.id, body: { ...again.body, reason: 'another' } };
    this.#ids += 1;
    const id = `e${this.#ids}`;
    const body = this.#body(known);
    const event = { id, body: { eventId: id, ...body } };
    known.push(event);
    return event;
  }

  #body(known: readonly { id: string }[]): Body {
    const { world } = this;
    if (!world.chance(0.15)) return { ...this.#change(), ...this.#moment() };
    const targetEventId = known.length === 0 || world.chance(0.05) ? 'nothing' : world.pick(known).id;
    if (world.chance(0.5)) return { eventType: 'eventRetracted', targetEventId };
    return {
      eventType: 'eventCorrected',
      targetEventId,
      replacement: { ...this.#change(), ...this.#moment() },
    };
  }

  #append(productId: string): AppendAct {
    const { world } = this;
    const count = world.chance(0.8) ? 1 : world.between(2, 4);
    const bodies = Array.from({ length: count }, () => this.#event(productId).body);
    const naming = world.pick(['event', 'event', 'event', 'key', 'nobody'] as const);
    const nameless = bodies.map(({ eventId, ...body }) => body);
    const body = naming === 'event' ? bodies : nameless;
    const dryRun = world.chance(0.08);
    const onConflict = world.chance(0.4) ? 'flag' : 'reject';
    const expectedVersion = world.chance(0.1) ? world.between(0, 8) : undefined;
    const key = world.newName('key');
    const background = world.chance(0.1) && !dryRun;
    const headers = {
      'content-type': 'application/json',
      ...(naming === 'key' && { 'idempotency-key': key }),
      ...preconditionOf(expectedVersion),
      ...(background && { prefer: 'respond-async' }),
    };
    const query = { ...(dryRun && { dryRun: 'true' }), ...(onConflict === 'flag' && { onConflict }) };
    const text = JSON.stringify(body.length === 1 ? body[0] : body);
    return {
      kind: 'append',
      productId,
      request: { method: 'POST', path: `/products/${productId}/events`, query, headers, body: text },
      events:
        naming === 'nobody' ? undefined : this.#parsed(productId, text, naming === 'key' ? key : undefined),
      count,
      onConflict,
      dryRun,
      expectedVersion,
      background,
    };
  }

  /** The events as the server will have them, those without an id named after the key. */
  #parsed(productId: string, text: string, key: string | undefined): readonly ProductEvent[] {
    let named = 0;
    const newId = () => `${key}${(named += 1) === 1 ? '' : `:${named - 1}`}`;
    const parsed = parseEvents(registry, JSON.parse(text), { productId, newId });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    return parsed.events;
  }

  #read(productId: string): ReadAct {
    const { world } = this;
    const kind = world.pick(['state', 'state', 'state', 'events', 'timeline'] as const);
    const order = kind === 'timeline' || world.chance(0.5) ? 'effective' : 'recorded';
    const known =
      kind === 'events' && order === 'recorded'
        ? {}
        : world.pick([{}, {}, { knownAt: this.#knownAt() }, { version: world.between(1, 12) }]);
    const asOf = kind === 'state' && world.chance(0.6) ? { asOf: minute(world.between(-13, 7)) } : {};
    const moment = { ...asOf, ...known };
    const query: Record<string, string> = {};
    for (const [name, value] of Object.entries(moment)) query[name] = String(value);
    if (kind !== 'state') query['limit'] = '200';
    if (kind === 'events') query['order'] = order;
    return {
      kind,
      productId,
      moment,
      order,
      request: { method: 'GET', path: `/products/${productId}/${kind}`, query, headers: {} },
    };
  }
}
