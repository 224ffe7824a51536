"""Between the channels and the bot: accepts messages durably, has each answered once, and serves HTTP."""
