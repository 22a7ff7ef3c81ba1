import { answering, create, KIB, machine, run } from './testing/machines';

describe('the payload limit', () => {
  const large = 'x'.repeat(256 * KIB);
  const caught = (error: string) => ({ Catch: [{ ErrorEquals: [error], ResultPath: null, Next: 'Caught' }] });
  const Caught = { Type: 'Pass', Result: 'caught', End: true };
  const error = 'States.DataLimitExceeded';

  test('applies to the result of a task', async () => {
    expect(await run(create({ invoke: answering(large) }))).toMatchObject({ status: 'FAILED', error });
  });

  test('counts bytes, not characters', async () => {
    const half = 'ü'.repeat(128 * KIB);
    expect(await run(create({ invoke: answering(half) }))).toMatchObject({ status: 'FAILED', error });
    expect(await run(create({ invoke: answering(half.slice(1)) }))).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('applies to the input of a task', async () => {
    const Parameters = { 'a.$': '$', 'b.$': '$' };
    const invoke = answering('never');
    const execution = await run(
      create({ definition: machine({ Parameters }), invoke }),
      'x'.repeat(200 * KIB),
    );
    expect(execution).toMatchObject({ status: 'FAILED', error });
    expect(invoke).not.toHaveBeenCalled();
  });

  test('applies to the output of an execution', async () => {
    const definition = machine({ ResultPath: '$.result' });
    const execution = await run(create({ definition, invoke: answering('y'.repeat(200 * KIB)) }), {
      text: 'x'.repeat(200 * KIB),
    });
    expect(execution).toMatchObject({ status: 'FAILED', error });
  });

  test('is matched by its own name, and by no wildcard', async () => {
    const by = (name: string) =>
      run(create({ definition: machine(caught(name), { Caught }), invoke: answering(large) }));
    expect(await by('States.ALL')).toMatchObject({ status: 'FAILED', error });
    expect(await by('States.TaskFailed')).toMatchObject({ status: 'FAILED', error });
    expect(await by(error)).toMatchObject({ status: 'SUCCEEDED', output: '"caught"' });
  });

  test('error and cause are truncated at the same lengths as in the service', async () => {
    const definition = {
      StartAt: 'F',
      States: { F: { Type: 'Fail', Error: 'e'.repeat(300), Cause: 'c'.repeat(40_000) } },
    };
    expect(await run(create({ definition }))).toMatchObject({
      error: 'e'.repeat(256),
      cause: 'c'.repeat(32_768),
    });
  });
});
