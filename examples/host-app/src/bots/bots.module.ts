import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BotDirectory } from './bot.directory.js';
import { Bot } from './bot.entity.js';
import { BotsController } from './bots.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([Bot])],
  controllers: [BotsController],
  providers: [BotDirectory],
  exports: [BotDirectory, TypeOrmModule],
})
export class BotsModule {}
