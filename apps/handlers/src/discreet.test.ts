import { discreet } from './discreet';

class CodeTooOldError extends Error {
  override readonly name = 'CodeTooOld';
}

const failing = (error: unknown) => discreet(() => Promise.reject(error as Error));
const thrownBy = (error: unknown): Promise<Error> =>
  failing(error)().then(
    () => Promise.reject(new Error('it did not fail')),
    (thrown: unknown) => thrown as Error,
  );

afterEach(() => {
  delete process.env['LOG_PAYLOADS'];
});

test('an error keeps its name and its places in the code, and loses its message and its cause', async () => {
  const cause = new Error('SECRET');
  const thrown = await thrownBy(new CodeTooOldError('product SECRET\nSECRET has it', { cause }));
  expect([thrown.name, thrown.message, thrown.cause]).toEqual(['CodeTooOld', 'CodeTooOld', undefined]);
  expect(thrown.stack).toMatch(/^CodeTooOld\n +at .*discreet\.test\.ts/);
  expect(thrown.stack).not.toContain('SECRET');
});

test.each(['SECRET', undefined, { message: 'SECRET' }])('what is thrown and no error (%j)', async (what) => {
  const thrown = await thrownBy(what);
  expect([thrown.name, String(thrown.stack).includes('SECRET')]).toEqual(['Error', false]);
});

test('where payloads may be logged, it is whole', async () => {
  process.env['LOG_PAYLOADS'] = 'true';
  expect((await thrownBy(new CodeTooOldError('product SECRET'))).message).toBe('product SECRET');
});
