import { settingsOf } from './settings';

test('every setting has a default; an empty variable counts as absent', () => {
  const defaults = {
    host: '127.0.0.1',
    port: 3000,
    dataDir: '.hindsight',
    dynamoDbEndpoint: undefined,
    logLevel: 'info',
    region: 'us-east-1',
  };
  expect(settingsOf({})).toEqual(defaults);
  expect(settingsOf({ HOST: '', PORT: '', DATA_DIR: '', DYNAMODB_ENDPOINT: '', LOG_LEVEL: '' })).toEqual(
    defaults,
  );
});

test('settings come from the environment', () => {
  const env = {
    HOST: '::1',
    PORT: '8080',
    DATA_DIR: '/data',
    DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000',
    LOG_LEVEL: 'debug',
    AWS_REGION: 'eu-central-1',
  };
  expect(settingsOf(env)).toEqual({
    host: '::1',
    port: 8080,
    dataDir: '/data',
    dynamoDbEndpoint: 'http://127.0.0.1:8000',
    logLevel: 'debug',
    region: 'eu-central-1',
  });
});

test.each([
  ['PORT', '0'],
  ['PORT', '65536'],
  ['PORT', '3000a'],
  ['PORT', '-1'],
  ['HOST', 'a b'],
  ['HOST', 'http://localhost'],
  ['DYNAMODB_ENDPOINT', 'localhost:8000'],
  ['DYNAMODB_ENDPOINT', 'file:///tmp'],
  ['LOG_LEVEL', 'loud'],
])('%s=%s is refused in one line that names the variable and the value', (name, value) => {
  expect(() => settingsOf({ [name]: value })).toThrow(
    new RegExp(`^${name} is "${value}"; it must be [^\n]+$`),
  );
});
