import { Controller, Delete, HttpCode, Param, ParseUUIDPipe, Put } from '@nestjs/common';
import { BillingService } from './billing.service.js';

@Controller('workspaces/:workspaceId/webhooks-add-on')
export class BillingController {
  constructor(private readonly billing: BillingService) {}

  @Put()
  @HttpCode(204)
  subscribe(@Param('workspaceId', ParseUUIDPipe) workspaceId: string): void {
    this.billing.subscribe(workspaceId);
  }

  @Delete()
  @HttpCode(204)
  cancel(@Param('workspaceId', ParseUUIDPipe) workspaceId: string): void {
    this.billing.cancel(workspaceId);
  }
}
