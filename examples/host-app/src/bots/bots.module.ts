import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BotDirectory } from './bot.directory.js';
import { Bot } from './bot.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([Bot])],
  providers: [BotDirectory],
  exports: [BotDirectory, TypeOrmModule],
})
export class BotsModule {}
