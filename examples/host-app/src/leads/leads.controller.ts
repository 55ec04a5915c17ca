import { Body, Controller, Get, Post } from '@nestjs/common';
import { IsEmail, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { LeadFeed } from './lead-feed.js';
import type { Lead } from './lead.entity.js';
import { LeadsService } from './leads.service.js';

export class NewLeadDto {
  @IsUUID()
  botId: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string;

  @IsEmail()
  email: string;
}

/** A route of this application: its own path, its own rules. Chatbot Webhooks leaves it alone. */
@Controller('leads')
export class LeadsController {
  constructor(
    private readonly leads: LeadsService,
    private readonly feed: LeadFeed,
  ) {}

  @Post()
  capture(@Body() lead: NewLeadDto): Promise<Lead> {
    return this.leads.capture(lead);
  }

  @Get()
  list(): Promise<Lead[]> {
    return this.leads.list();
  }

  @Get('feed')
  news(): readonly string[] {
    return this.feed.lines;
  }
}
