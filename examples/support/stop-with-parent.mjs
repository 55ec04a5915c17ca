// Loaded ahead of a child program (`node --import`): a parent that was killed cannot clean up after itself.
// The program stays as it is; without an IPC channel this does nothing.
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), 5_000).unref();
});
// Being ready to hear that the parent is gone is no reason to stay alive. A program that lives on messages
// calls `process.channel.ref()`.
process.channel?.unref();
