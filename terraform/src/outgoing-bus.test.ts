import { reference, synthesise } from './testing/synthesised';

const dev = synthesise('dev');

test('takes refused events too: the STANDARD machine may send, and EXPRESS may not', () => {
  const bus = 'aws_cloudwatch_event_bus';
  const out = reference(bus, dev.named(bus, 'recorded'), 'arn');
  const sendingOf = (name: string) =>
    dev.statementsOf(name).filter(({ Action }) => Action.includes('events:PutEvents'));
  expect(sendingOf('append-async')).toMatchObject([{ Action: ['events:PutEvents'], Resource: [out] }]);
  expect(sendingOf('append')).toEqual([]);
});
