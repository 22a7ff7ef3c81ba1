import { read, refusals } from '../testing/files';

describe('files of events', () => {
  const events = [
    '{"productId":"A/1","eventId":"e1","eventType":"productReceived","quantity":"10","effectiveAt":"2026-11-01T08:00:00Z"}',
    '',
    '{"productId":"A/1","eventType":"productShipped","quantity":123456789012.123456,"version":2,"recordedBy":"x"}',
  ];

  test('are NDJSON, or a JSON array with an element on each line', async () => {
    const lines = await read(events.join('\n'));
    expect(lines).toMatchObject([
      { line: 1, productId: 'A/1', eventId: 'e1', effectiveAt: '2026-11-01T08:00:00.000Z', quantity: '10' },
      { line: 3, productId: 'A/1', eventId: '', quantity: '123456789012.123456' },
    ]);
    expect(JSON.parse(lines[1]!.content)).toEqual({
      eventType: 'productShipped',
      quantity: '123456789012.123456',
    });
    expect(await read(`[\n${events.join(',\n').replace(',\n,', ',\n')}\n]\n`)).toHaveLength(2);
    await expect(read(events.join('\n'), { kind: 'sales' })).rejects.toThrow(/can't be read as sales/);
  });

  test('every line that is refused has its number', async () => {
    const wrong = [
      '{"eventType":"x"}',
      'no',
      '[1]',
      '{"productId":"a","eventType":"productShipped","quantity":0}',
    ];
    expect(await refusals([...events, ...wrong].join('\r\n'))).toEqual([
      { line: 4, why: 'productId must be a text' },
      { line: 5, why: expect.stringMatching(/^is not JSON: /) as string },
      { line: 6, why: 'is not an object' },
      { line: 7, why: 'quantity must be greater than 0' },
    ]);
  });

  test('are CSV with a column for each field', async () => {
    const content = [
      'productId,eventType,effectiveAt,quantity,unitPrice,currency,name,metadata,recordedAt',
      `A,productReceived,2026-11-01T08:00:00Z,3,4.5,EUR,'=Lamp,"{""till"":""7""}",2026-11-01T08:00:00Z`,
      'A,productShipped,2026-11-01,3,,,,{,',
    ].join('\n');
    expect(await refusals(content)).toMatchObject([
      { line: 3, why: expect.stringMatching(/^metadata is not JSON/) as string },
    ]);
    const [line] = await read(content.split('\n').slice(0, 2).join('\n'));
    expect(JSON.parse(line!.content)).toEqual({
      ...{ eventType: 'productReceived', effectiveAt: '2026-11-01T08:00:00Z', quantity: '3', name: '=Lamp' },
      ...{ unitPrice: { amount: '4.5', currency: 'EUR' }, metadata: { till: '7' } },
    });
  });
});
