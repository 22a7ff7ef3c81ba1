import { synthesise, type Json } from './testing/synthesised';

test('the gateway is told how people sign in, where that is set', () => {
  const variables = (signIn?: object) => {
    const jwt = { type: 'jwt', issuer: 'https://issuer.example.com/', audience: ['stock'] } as const;
    const stack = synthesise('dev', { authorizer: { ...jwt, ...(signIn && { signIn }) } as never });
    const { environment } = stack.named('aws_lambda_function', 'gateway').config;
    return Object.fromEntries(
      Object.entries(environment.variables as Json).filter(([name]) => name.startsWith('OIDC_')),
    );
  };
  expect(variables()).toEqual({});
  expect(variables({ clientId: 'explorer' })).toEqual({
    OIDC_ISSUER: 'https://issuer.example.com/',
    OIDC_CLIENT_ID: 'explorer',
  });
  const all = {
    clientId: 'explorer',
    scopes: ['state:read', 'events:write'],
    parameters: { audience: 'https://stock.example/?a=b' },
    tokenOrigin: 'https://login.example.com',
  };
  expect(variables(all)).toMatchObject({
    OIDC_SCOPES: 'state:read events:write',
    OIDC_PARAMETERS: 'audience=https%3A%2F%2Fstock.example%2F%3Fa%3Db',
    OIDC_TOKEN_ORIGIN: 'https://login.example.com',
  });
  expect(() => variables({ clientId: 'explorer', tokenOrigin: 'https://a.example/;x' })).toThrow(
    'tokenOrigin',
  );
});
