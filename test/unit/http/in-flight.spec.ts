// What one caller may hold at once, and all of them together.
import { addressBlock } from '../../../src/caller';
import { InFlight } from '../../../src/http/front/in-flight';
import { httpLimits } from '../../../src/http/front/limits';

const bounds = { ...httpLimits, callerRequests: 2, callerBytes: 100, requests: 4, bytes: 150 };
const busy = (code: string) => expect.objectContaining({ code, detail: { retryAfter: 1 } }) as Error;

describe('requests under way', () => {
  const of = (inFlight: InFlight, caller: string, bytes = 0) => {
    const share = inFlight.enter();
    try {
      share.belongsTo(caller);
      share.grow(bytes);
    } catch (error) {
      share.end();
      throw error;
    }
    return share;
  };

  test('of one caller are bounded, and others are let in meanwhile', () => {
    const inFlight = new InFlight(bounds);
    const first = of(inFlight, 'a');
    of(inFlight, 'a');
    expect(() => of(inFlight, 'a')).toThrow(busy('caller-busy'));
    of(inFlight, 'b');
    first.end();
    of(inFlight, 'a');
  });

  test('of all callers are bounded together', () => {
    const inFlight = new InFlight(bounds);
    const shares = ['a', 'b', 'c', 'd'].map((caller) => of(inFlight, caller));
    expect(() => inFlight.enter()).toThrow(busy('server-busy'));
    shares[0]!.end();
    of(inFlight, 'e');
  });

  test('hold bytes of one caller and of all up to a bound, and none of what was refused', () => {
    const inFlight = new InFlight(bounds);
    const large = of(inFlight, 'a', 90);
    expect(() => of(inFlight, 'a', 20)).toThrow(busy('caller-busy'));
    const other = of(inFlight, 'b', 60);
    expect(() => other.grow(1)).toThrow(busy('server-busy'));
    expect(() => large.grow(11)).toThrow(busy('caller-busy'));
    large.end();
    other.grow(40);
    expect(() => other.grow(1)).toThrow(busy('caller-busy'));
  });

  test('count no more once they have ended, however often they are told to', () => {
    const inFlight = new InFlight(bounds);
    for (let round = 0; round < 10; round++) {
      const share = of(inFlight, 'a', 100);
      share.end();
      share.end();
      share.grow(100);
    }
    of(inFlight, 'a', 100);
    of(inFlight, 'b', 50);
  });
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, block) => expect(addressBlock(address)).toBe(block));
