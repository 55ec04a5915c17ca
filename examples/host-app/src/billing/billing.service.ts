import { Injectable } from '@nestjs/common';

/** Stands for whatever knows who has paid: here, a list of workspaces in memory. */
@Injectable()
export class BillingService {
  private readonly paying = new Set<string>();

  subscribe(workspaceId: string): void {
    this.paying.add(workspaceId);
  }

  cancel(workspaceId: string): void {
    this.paying.delete(workspaceId);
  }

  async hasAddOn(workspaceId: string): Promise<boolean> {
    return this.paying.has(workspaceId);
  }
}
