import { EndpointLanes } from './endpoint-lanes.js';

const QUICK_MS = 10;
const SLOW_MS = 5000;

/** Enters without waiting for who has to wait. @returns what has been decided by now */
async function enterTimes(lanes: EndpointLanes, chatbotId: string, times: number) {
  const entered = Array.from({ length: times }, () => {
    const entry: { admitted: boolean | 'waits'; settled: Promise<boolean> } = {
      admitted: 'waits',
      settled: lanes.enter(chatbotId),
    };
    void entry.settled.then((isAdmitted) => (entry.admitted = isAdmitted));
    return entry;
  });
  await new Promise(setImmediate);
  return entered;
}
const count = (entered: { admitted: boolean | 'waits' }[], what: boolean | 'waits') =>
  entered.filter(({ admitted }) => admitted === what).length;

describe('a lane', () => {
  it('gives no endpoint more places than its limit', async () => {
    const lanes = new EndpointLanes({ perEndpoint: 3, total: 100 });
    expect(count(await enterTimes(lanes, 'a', 10), true)).toBe(3);
  });

  it('of one endpoint is no other endpoint’s', async () => {
    const lanes = new EndpointLanes({ perEndpoint: 2, total: 100 });
    await enterTimes(lanes, 'hung', 5);
    expect(count(await enterTimes(lanes, 'quick', 2), true)).toBe(2);
  });

  it('lets who waits in as soon as a place is left, in the order of coming', async () => {
    const lanes = new EndpointLanes({ perEndpoint: 1, total: 100 });
    const [, second, third] = await enterTimes(lanes, 'a', 3);
    expect([second!.admitted, third!.admitted]).toEqual(['waits', 'waits']);
    lanes.leave('a', QUICK_MS);
    expect(await second!.settled).toBe(true);
    expect(third!.admitted).toBe('waits');
    lanes.leave('a', QUICK_MS);
    expect(await third!.settled).toBe(true);
  });

  it('sends back who has waited for half a second, and then lets nobody wait until an attempt is quick', async () => {
    const lanes = new EndpointLanes({ perEndpoint: 1, total: 100 });
    const startedAtMs = performance.now();
    const [, second] = await enterTimes(lanes, 'hung', 2);
    expect(await second!.settled).toBe(false);
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(490);
    expect(lanes.full()).toEqual(['hung']);
    expect(lanes.isFull('hung')).toBe(true);
    expect(await lanes.enter('hung')).toBe(false);
    lanes.leave('hung', QUICK_MS);
    expect(lanes.full()).toEqual([]);
    expect(await lanes.enter('hung')).toBe(true);
  });

  it('grows with quick attempts and shrinks with slow ones, down to one place', async () => {
    const lanes = new EndpointLanes({ perEndpoint: 64, total: 1000 });
    const places = async () => {
      const entered = await enterTimes(lanes, 'a', 100);
      return count(entered, true);
    };
    const atFirst = await places();
    expect(atFirst).toBeGreaterThan(0);
    const quick = new EndpointLanes({ perEndpoint: 64, total: 1000 });
    for (let index = 0; index < 20; index++) {
      await quick.enter('a');
      quick.leave('a', QUICK_MS);
    }
    expect(count(await enterTimes(quick, 'a', 64), true)).toBe(atFirst + 20);
    const slow = new EndpointLanes({ perEndpoint: 64, total: 1000 });
    for (let index = 0; index < 20; index++) {
      await slow.enter('a');
      slow.leave('a', SLOW_MS);
    }
    expect(count(await enterTimes(slow, 'a', 64), true)).toBe(1);
  });

  it('that is slow or unknown shares half of the process with all others of its kind', async () => {
    const lanes = new EndpointLanes({ perEndpoint: 4, total: 8 });
    const entered = [];
    for (const chatbotId of ['a', 'b', 'c', 'd', 'e'])
      entered.push(...(await enterTimes(lanes, chatbotId, 2)));
    expect(count(entered, true)).toBe(4);
    expect(count(entered, false)).toBe(6);
  });

  it('gets every place back: nothing is lost over a thousand attempts of any kind', async () => {
    const lanes = new EndpointLanes({ perEndpoint: 4, total: 8 });
    for (let round = 0; round < 1000; round++) {
      const chatbotId = `bot-${round % 7}`;
      if (await lanes.enter(chatbotId)) lanes.leave(chatbotId, round % 3 === 0 ? SLOW_MS : QUICK_MS);
    }
    expect(count(await enterTimes(lanes, 'stranger', 4), true)).toBe(4);
  });
});
