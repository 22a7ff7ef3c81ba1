import { registry } from '@hindsight/domain';
import { stateMachineDefinition } from '@hindsight/workflow';
import { pathOf, type Machine } from '../../apps/explorer/src/model/workflow';

test('the path of an event in order leads through the state of its type to one put', () => {
  const machine = stateMachineDefinition(registry, (name) => name) as unknown as Machine;
  expect(pathOf(machine, 'productShipped')).toEqual([
    ...['ValidateEvent', 'EventRouter', 'ProcessProductShipped', 'Decision', 'StoreEvent'],
  ]);
  expect(pathOf(machine, 'eventRetracted', 'several').slice(2)).toEqual([
    ...['ProcessEventRetracted', 'Decision', 'StoreEvents'],
  ]);
});
