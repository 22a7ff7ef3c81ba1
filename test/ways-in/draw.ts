import { randomFrom } from '../support/random';

const BODY_LIMIT = 64 * 1024;
const METADATA_LIMIT = 2048;

/** What a way in may take for something else: names of every object, paths and calls of the state machine, types. */
const NAMES = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'toJSON',
    'then',
    'length',
  ],
  ...[
    '',
    ' ',
    '.',
    'a.b',
    '$',
    '$.x',
    '$$',
    'a.$',
    '$.plan.token',
    'States.UUID()',
    '[0]',
    "['a']",
    '#',
    '%',
    '0',
  ],
  ...[
    'S',
    'M',
    'NULL',
    'metadata',
    'quantity',
    'eventId',
    '"',
    '\\',
    '\n',
    '\u0000',
    '\u2028',
    'ü',
    '😀',
    '\u202e',
  ],
];
const CHARACTERS = [...Array.from('ab $."\\#%/:~'), 'ü', '字', '😀', '\u00a0', '\u0301'];

/** A body, how it is sent, and what is known of it. */
export interface Drawn {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The metadata of each event, in order, as JSON. */
  readonly metadata: readonly string[];
  /** False: some limit is broken. */
  readonly valid: boolean;
}

interface DrawnEvent {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly metadata: string;
  readonly valid: boolean;
}

/** Random appends of a seed, of which about half are at a limit or just beyond it. */
export class Draw {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  #below = (most: number): number => Math.floor(this.#random() * most);
  #of = <T>(list: readonly T[]): T => list[this.#below(list.length)] as T;
  #text = (length: number): string => Array.from({ length }, () => this.#of(CHARACTERS)).join('');

  /** A text of a length about its limit, in code points, and whether it is within. */
  #around(limit: number): { text: string; valid: boolean } {
    const length = this.#of([1, 5, limit - 1, limit, limit, limit + 1]);
    return { text: this.#text(length), valid: length <= limit };
  }

  /** Metadata as JSON text, which may name a key that an object literal can't. */
  #metadata(): { json: string; valid: boolean } {
    const names = [
      ...new Set(Array.from({ length: this.#below(5) }, () => this.#of([...NAMES, this.#text(9)]))),
    ];
    const entry = (name: string, text: string) => `${JSON.stringify(name)}:${JSON.stringify(text)}`;
    const small = names.map((name) => entry(name, this.#text(this.#below(8))));
    if (this.#below(3) > 0) return { json: `{${small.join()}}`, valid: true };
    // Filled up to the limit, or a byte beyond it, by a text or by a name.
    const size = this.#of([METADATA_LIMIT - 1, METADATA_LIMIT, METADATA_LIMIT + 1, 10_000]);
    const filled = (text: string) => {
      const filler = names.includes(text) ? [] : [this.#below(2) ? entry('z', text) : entry(text, '')];
      return `{${[...small, ...filler].join()}}`;
    };
    const room = size - Buffer.byteLength(`{${[...small, entry('z', '')].join()}}`);
    const json = filled('x'.repeat(Math.max(1, room)));
    return { json, valid: Buffer.byteLength(json) <= METADATA_LIMIT };
  }

  /** @param idLimit of the id as it is sent */
  #event(index: number, idLimit: number): DrawnEvent {
    const metadata = this.#metadata();
    const [id, reason, color] = [this.#around(idLimit - 3), this.#around(1000), this.#around(128)];
    const eventType = this.#of(['productReceived', 'stockCounted']);
    const hasReason = this.#below(3) === 0;
    const hasColor = eventType === 'productReceived' && this.#below(3) === 0;
    const fields = {
      eventId: `${String(index).padStart(2, '0')}:${id.text}`,
      eventType,
      quantity: this.#of(['1', 1, '0.5', '999999999999', '1e3']),
      effectiveAt: `2026-11-2${this.#below(6)}T0${this.#below(10)}:00:00.000Z`,
      ...(hasReason && { reason: reason.text }),
      ...(hasColor && { color: color.text }),
    };
    const valid = metadata.valid && id.valid && (reason.valid || !hasReason) && (color.valid || !hasColor);
    return { fields, metadata: metadata.json, valid };
  }

  next(): Drawn {
    const count = this.#of([1, 1, 2, 5, 24, 25, 26]);
    const cloud = this.#of([false, false, true]);
    const events = Array.from({ length: count }, (_, index) => this.#event(index, cloud ? 1000 : 128));
    const texts = events.map(({ fields, metadata }) => {
      const { eventId, eventType, effectiveAt, ...content } = fields;
      const inside = `${JSON.stringify(cloud ? content : fields).slice(0, -1)},"metadata":${metadata}}`;
      const attributes = {
        specversion: '1.0',
        id: eventId,
        source: '/s',
        type: eventType,
        time: effectiveAt,
      };
      return cloud ? `${JSON.stringify(attributes).slice(0, -1)},"data":${inside}}` : inside;
    });
    const whole = count === 1 ? (texts[0] ?? '') : `[${texts.join()}]`;
    const padding = this.#of([0, 0, BODY_LIMIT, BODY_LIMIT + 1]) - Buffer.byteLength(whole);
    const body = whole + ' '.repeat(Math.max(0, padding));
    const type = cloud ? `application/cloudevents${count === 1 ? '' : '-batch'}+json` : 'application/json';
    return {
      body,
      headers: { 'Content-Type': type },
      metadata: events.map(({ metadata }) => metadata),
      valid: count <= 25 && Buffer.byteLength(body) <= BODY_LIMIT && events.every(({ valid }) => valid),
    };
  }
}
