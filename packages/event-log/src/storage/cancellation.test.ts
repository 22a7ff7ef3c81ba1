import { cancellationCodesIn, cancellationOf } from './cancellation';

const text = (list: string): string =>
  `Transaction cancelled, please refer cancellation reasons for specific reasons [${list}] (Service: DynamoDb, Status Code: 400, Request ID: 4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG)`;

describe('cancellationOf', () => {
  it.each([
    [['ConditionalCheckFailed', 'None'], { kind: 'lost-race' }],
    [['None', 'TransactionConflict'], { kind: 'lost-race' }],
    [['None', 'ThrottlingError'], { kind: 'throttled' }],
    [['ProvisionedThroughputExceeded', 'None', 'ThrottlingError'], { kind: 'throttled' }],
    [['ItemCollectionSizeLimitExceeded', 'None'], { kind: 'stream-full' }],
    [['ValidationError', 'None', 'ValidationError'], { kind: 'failed', reason: 'ValidationError' }],
    [['AccessDenied'], { kind: 'failed', reason: 'AccessDenied' }],
  ])('%j', (codes, expected) => {
    expect(cancellationOf(codes)).toEqual(expected);
  });

  it('takes a lost race for what it is, whatever else went wrong', () => {
    expect(cancellationOf(['ThrottlingError', 'ConditionalCheckFailed'])).toEqual({ kind: 'lost-race' });
    expect(cancellationOf(['ItemCollectionSizeLimitExceeded', 'TransactionConflict'])).toEqual({
      kind: 'lost-race',
    });
  });

  it('does not wait for what waiting does not cure', () => {
    expect(cancellationOf(['ThrottlingError', 'ItemCollectionSizeLimitExceeded'])).toEqual({
      kind: 'stream-full',
    });
    expect(cancellationOf(['ThrottlingError', 'ValidationError'])).toEqual({
      kind: 'failed',
      reason: 'ValidationError',
    });
  });

  it.each([[[]], [['None']], [[undefined]]])('is a failure without a reason: %j', (codes) => {
    expect(cancellationOf(codes)).toEqual({ kind: 'failed', reason: 'no cancellation reason was given' });
  });
});

describe('cancellationCodesIn', () => {
  it.each([
    [text('ConditionalCheckFailed, None'), ['ConditionalCheckFailed', 'None']],
    [
      text('None, None, ItemCollectionSizeLimitExceeded'),
      ['None', 'None', 'ItemCollectionSizeLimitExceeded'],
    ],
    [text('ThrottlingError'), ['ThrottlingError']],
  ])('reads %s', (cause, codes) => {
    expect(cancellationCodesIn(cause)).toEqual(codes);
  });

  it.each(['', 'Rate exceeded', '[]', 'the item [a b] is too large'])('finds none in %j', (cause) => {
    expect(cancellationCodesIn(cause)).toEqual([]);
  });
});
