import { Body, Controller, Post } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsString, IsUUID, MaxLength } from 'class-validator';
import { randomUUID } from 'node:crypto';
import type { Repository } from 'typeorm';
import { Bot } from './bot.entity.js';

export class NewBotDto {
  @IsString()
  @MaxLength(200)
  title: string;

  @IsUUID()
  workspaceId: string;
}

@Controller('bots')
export class BotsController {
  constructor(@InjectRepository(Bot) private readonly bots: Repository<Bot>) {}

  @Post()
  create(@Body() { title, workspaceId }: NewBotDto): Promise<Bot> {
    return this.bots.save({ id: randomUUID(), title, workspaceId });
  }
}
