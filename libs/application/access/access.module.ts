import { Module } from '@nestjs/common';
import { OPTIONS, type ApplicationOptions } from '../options';
import { Timekeeper } from '../posting/timekeeper';
import { Attempts } from './attempts';
import { ReadAttemptsHandler } from './read-attempts';

/** The record of who asked with which key, and what was refused. */
@Module({
  providers: [
    {
      provide: Attempts,
      useFactory: ({ access }: ApplicationOptions, time: Timekeeper) =>
        Attempts.of(access, time.now, () => time.doubt() === undefined),
      inject: [OPTIONS, Timekeeper],
    },
    ReadAttemptsHandler,
  ],
  exports: [Attempts],
})
export class AccessModule {}
