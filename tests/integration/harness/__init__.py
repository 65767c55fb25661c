"""The real neighbours of the engine, started and stopped by the tests, and clients that look at them from outside."""
