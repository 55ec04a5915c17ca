interface Lane {
  inFlight: number;
  /** How many may be in flight: grows with every quick attempt, halves with every slow one. */
  places: number;
  /** Attempts that wait in memory for one of the places. */
  readonly waiting: ((isAdmitted: boolean) => void)[];
}

export interface LaneLimits {
  /** Attempts in flight per chatbot. */
  readonly perEndpoint: number;
  /** Attempts in flight in this process. */
  readonly total: number;
}

/** What an endpoint gets before it has shown how it answers, and the most that a slow one keeps. */
const TRIAL_PLACES = 4;
const SLOW_MS = 2000;
/** Waiting longer means that the places are held by hung attempts. */
const MAX_WAIT_MS = 500;

/**
 * Who may send now. Each chatbot's endpoint has a lane with a number of places, so that a hung receiver holds
 * its own lane and no other; lanes that are slow or not yet known hold half of the process at the most.
 */
export class EndpointLanes {
  private readonly lanes = new Map<string, Lane>();
  /** Attempts in flight in lanes on trial. */
  private onTrial = 0;

  constructor(private readonly limits: LaneLimits) {}

  /** @returns whether the attempt has a place: then `leave` must follow. False: the lane is full, come again. */
  async enter(chatbotId: string): Promise<boolean> {
    const lane = this.laneOf(chatbotId);
    if (this.hasPlace(lane)) {
      this.take(lane);
      return true;
    }
    // A short queue in memory keeps a quick endpoint busy; behind a slow one it would only block.
    if (this.isOnTrial(lane) || lane.waiting.length >= lane.places) return false;
    return new Promise((resolve) => {
      const settle = (isAdmitted: boolean) => {
        clearTimeout(timer);
        resolve(isAdmitted);
      };
      const timer = setTimeout(() => {
        lane.waiting.splice(lane.waiting.indexOf(settle), 1);
        resolve(false);
      }, MAX_WAIT_MS);
      lane.waiting.push(settle);
    });
  }

  /** @returns whether the lane was full, so that parked attempts may be worth a look now */
  leave(chatbotId: string, tookMs: number): boolean {
    const lane = this.laneOf(chatbotId);
    const wasFull = this.isFull(lane);
    if (this.isOnTrial(lane)) this.onTrial -= lane.inFlight;
    lane.inFlight--;
    lane.places =
      tookMs < SLOW_MS
        ? Math.min(lane.places + 1, this.limits.perEndpoint)
        : Math.max(1, Math.floor(lane.places / 2));
    if (this.isOnTrial(lane)) this.onTrial += lane.inFlight;
    while (lane.waiting.length > 0 && this.hasPlace(lane)) {
      this.take(lane);
      lane.waiting.shift()?.(true);
    }
    if (lane.inFlight === 0 && lane.waiting.length === 0 && lane.places >= this.trialPlaces)
      this.lanes.delete(chatbotId);
    return wasFull;
  }

  /** Chatbots whose attempts would only be sent back. */
  full(): string[] {
    return [...this.lanes].filter(([, lane]) => this.isFull(lane)).map(([chatbotId]) => chatbotId);
  }

  private get trialPlaces(): number {
    return Math.min(TRIAL_PLACES, this.limits.perEndpoint);
  }

  private isOnTrial(lane: Lane): boolean {
    return lane.places <= this.trialPlaces;
  }

  private hasPlace(lane: Lane): boolean {
    if (lane.inFlight >= lane.places) return false;
    return !this.isOnTrial(lane) || this.onTrial < Math.max(1, Math.floor(this.limits.total / 2));
  }

  private isFull(lane: Lane): boolean {
    if (this.hasPlace(lane)) return false;
    return this.isOnTrial(lane) || lane.waiting.length >= lane.places;
  }

  private take(lane: Lane): void {
    lane.inFlight++;
    if (this.isOnTrial(lane)) this.onTrial++;
  }

  private laneOf(chatbotId: string): Lane {
    let lane = this.lanes.get(chatbotId);
    if (!lane) {
      lane = { inFlight: 0, places: this.trialPlaces, waiting: [] };
      this.lanes.set(chatbotId, lane);
    }
    return lane;
  }
}
