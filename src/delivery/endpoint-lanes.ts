interface Lane {
  inFlight: number;
  /** How many may be in flight: grows with every quick attempt, halves with every slow one. */
  places: number;
  /** Attempts that wait in memory for one of the places. */
  readonly waiting: ((isAdmitted: boolean) => void)[];
  /** Somebody waited in vain: nobody waits here again before an attempt was quick. */
  isStuck: boolean;
}

export interface LaneLimits {
  /** Attempts in flight per chatbot. */
  readonly perEndpoint: number;
  /** Attempts in flight, or waiting in memory, in this process. */
  readonly total: number;
}

/** What an endpoint gets before it has shown how it answers, and the most that a slow one keeps. */
const TRIAL_PLACES = 8;
const SLOW_MS = 2000;
/** Waiting longer means that the places are held by hung attempts. */
const MAX_WAIT_MS = 500;
const REMEMBERED_LANES = 10_000;

/**
 * Who may send now. Each chatbot's endpoint has a lane with a number of places, so that a hung receiver holds
 * its own lane and no other; lanes that are slow or not yet known hold half of the process at the most.
 */
export class EndpointLanes {
  private readonly lanes = new Map<string, Lane>();
  /** Attempts in flight or waiting in lanes on trial. */
  private onTrial = 0;
  private readonly trialPlaces: number;
  private readonly trialBudget: number;
  private readonly waitingPlaces: number;

  constructor(private readonly limits: LaneLimits) {
    this.trialPlaces = Math.min(TRIAL_PLACES, limits.perEndpoint);
    this.trialBudget = Math.max(1, Math.floor(limits.total / 2));
    this.waitingPlaces = Math.max(limits.perEndpoint, Math.floor(limits.total / 4));
  }

  /** @returns whether the attempt has a place: then `leave` must follow. False: the lane is full, come again. */
  async enter(chatbotId: string): Promise<boolean> {
    const lane = this.laneOf(chatbotId);
    if (!this.hasRoom(lane)) return false;
    this.count(lane, 1);
    if (lane.inFlight < lane.places) {
      lane.inFlight++;
      return true;
    }
    const isAdmitted = await this.wait(lane);
    if (!isAdmitted) this.count(lane, -1);
    return isAdmitted;
  }

  /**
   * @param tookMs from DNS to the last byte; null: nothing was sent, so there is nothing to learn
   * @returns whether the lane was full, so that parked attempts may be worth a look now
   */
  leave(chatbotId: string, tookMs: number | null): boolean {
    const lane = this.laneOf(chatbotId);
    const wasFull = !this.hasRoom(lane);
    this.count(lane, -1);
    lane.inFlight--;
    if (tookMs !== null) this.learn(lane, tookMs);
    while (lane.waiting.length > 0 && lane.inFlight < lane.places) {
      lane.inFlight++;
      lane.waiting.shift()?.(true);
    }
    return wasFull;
  }

  /** Whether an attempt would only be sent back. */
  isFull(chatbotId: string): boolean {
    const lane = this.lanes.get(chatbotId);
    return lane !== undefined && !this.hasRoom(lane);
  }

  /** Chatbots whose attempts would only be sent back. */
  full(): string[] {
    return [...this.lanes].filter(([, lane]) => !this.hasRoom(lane)).map(([chatbotId]) => chatbotId);
  }

  private hasRoom(lane: Lane): boolean {
    if (this.isOnTrial(lane) && this.onTrial >= this.trialBudget) return false;
    return lane.inFlight < lane.places || (!lane.isStuck && lane.waiting.length < this.waitingPlaces);
  }

  private isOnTrial(lane: Lane): boolean {
    return lane.places <= this.trialPlaces;
  }

  private count(lane: Lane, change: 1 | -1): void {
    if (this.isOnTrial(lane)) this.onTrial += change;
  }

  /** A lane that goes on trial, or comes off it, takes along all that it holds. */
  private learn(lane: Lane, tookMs: number): void {
    const held = lane.inFlight + lane.waiting.length;
    if (this.isOnTrial(lane)) this.onTrial -= held;
    if (tookMs < SLOW_MS) {
      lane.places = Math.min(lane.places + 1, this.limits.perEndpoint);
      lane.isStuck = false;
    } else {
      lane.places = Math.max(1, Math.floor(lane.places / 2));
    }
    if (this.isOnTrial(lane)) this.onTrial += held;
  }

  private wait(lane: Lane): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isAdmitted: boolean) => {
        clearTimeout(timer);
        resolve(isAdmitted);
      };
      const timer = setTimeout(() => {
        lane.waiting.splice(lane.waiting.indexOf(settle), 1);
        lane.isStuck = true;
        resolve(false);
      }, MAX_WAIT_MS);
      lane.waiting.push(settle);
    });
  }

  private laneOf(chatbotId: string): Lane {
    let lane = this.lanes.get(chatbotId);
    if (!lane) {
      this.forgetIdle();
      lane = { inFlight: 0, places: this.trialPlaces, waiting: [], isStuck: false };
      this.lanes.set(chatbotId, lane);
    }
    return lane;
  }

  private forgetIdle(): void {
    if (this.lanes.size < REMEMBERED_LANES) return;
    for (const [chatbotId, lane] of this.lanes) {
      if (lane.inFlight === 0 && lane.waiting.length === 0) this.lanes.delete(chatbotId);
    }
  }
}
