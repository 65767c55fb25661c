/* Redis beside the takeover protocol: checkpoint, fence, batches that name the checkpoint they follow (law 4), and
 * an engine's start from what Redis holds.
 *
 * Modelled: two engines; a start (read the checkpoint, open the log, set the fence, load, fold the rest of
 * the log); batches, one at a time, sent again until answered, whose copies may still be carried out after their
 * engine has gone on, crashed or been fenced off; both scripts as edge/redis/batch_script.cc has them; reopening in
 * place; Redis losing its latest writes, fence included; the new start in place after that. Any step may be late.
 *
 * Bounds: OPENINGS of the log in all, EVENTS valid events, CRASHES, and LOSSES: how often Redis falls back to
 * what it had saved last. One late copy an engine.
 *
 * Abstracted away: Kafka. takeover.pml shows that all readers agree on one valid log and that only the engine that
 * opened last adds to it; so here the log is that. State is the set of events folded, so that an event left
 * out or seen too early shows; a batch brings those behind the checkpoint that it follows. A script is one step.
 * Loading is one step, in which everything may be newer than the checkpoint that was read before.
 *
 * Properties, each an assert:
 *   redis_is_fold     whatever Redis holds is the fold of the valid log up to its checkpoint.
 *   load_is_whole     what a starting engine loads is the fold up to the checkpoint that it follows.
 *   memory_is_fold    an engine's state is the fold up to its last acked event.
 *   fenced_is_out     no batch of an older epoch than the fence is applied.
 */
#ifndef OPENINGS
#define OPENINGS 4
#endif
#ifndef EVENTS
#define EVENTS 4
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef LOSSES
#define LOSSES 1
#endif

#define LOG (1 + OPENINGS + EVENTS)

#define has(set, i) (((set) >> (i)) & 1)
#define put(set, i) set = set | (1 << (i))

/* --- The valid log: offset 0 is a beginning that nobody opened ------------------------------------------- */

unsigned end : 4 = 1;
short is_event;
unsigned current : 4; /* the epoch */
unsigned openings : 3;
unsigned crashes : 2;
unsigned losses : 2;

hidden byte epoch_there;

/* The events up to and including the offset. */
#define fold(offset) (is_event & ((1 << ((offset) + 1)) - 1))

/* In `epoch_there`: the epoch that the offset belongs to. */
inline find_epoch(offset) {
  epoch_there = offset;
  do
  :: has(is_event, epoch_there) -> epoch_there--
  :: else -> break
  od;
  skip
}

/* --- Redis ---------------------------------------------------------------------------------------------- */

typedef Held {
  unsigned checkpoint : 4;
  unsigned fence : 4;
  short state
}

Held redis, saved;

mtype = { nothing, waits, applied, fenced, elsewhere };

typedef Batch {
  mtype answer = nothing;
  bool is_fence;
  unsigned follows : 4;
  unsigned reaches : 4;
  unsigned epoch : 4;
  short state
}

Batch sent[2]; /* by engine: the one it waits for */
Batch late[2]; /* a copy of an earlier one, to which nobody listens */

inline clear(b) {
  b.answer = nothing;
  b.is_fence = false;
  b.follows = 0;
  b.reaches = 0;
  b.epoch = 0;
  b.state = 0
}

inline copy(from, to) {
  to.answer = waits;
  to.is_fence = from.is_fence;
  to.follows = from.follows;
  to.reaches = from.reaches;
  to.epoch = from.epoch;
  to.state = from.state
}

#ifdef BUG_NO_FOLLOWING
#define follows_on(b) true
#else
#define follows_on(b) (redis.checkpoint == b.follows)
#endif

#ifdef BUG_FENCE_ANYWHERE
#define fence_follows_on(b) true
#else
#define fence_follows_on(b) (redis.checkpoint == b.follows)
#endif

#ifdef BUG_IGNORE_FENCE
#define is_fenced_off(b) false
#else
#define is_fenced_off(b) (redis.fence > b.epoch)
#endif

inline carry_out(b) {
  if
  :: b.is_fence ->
     if
     :: redis.fence > b.epoch -> b.answer = fenced
     :: redis.fence <= b.epoch && fence_follows_on(b) -> redis.fence = b.epoch; b.answer = applied
     :: else -> b.answer = elsewhere
     fi
  :: !b.is_fence ->
     if
     :: redis.checkpoint == b.reaches -> b.answer = applied /* already */
     :: redis.checkpoint != b.reaches && is_fenced_off(b) -> b.answer = fenced
     :: redis.checkpoint != b.reaches && !is_fenced_off(b) && follows_on(b) ->
        assert(b.epoch >= redis.fence); /* fenced_is_out */
        redis.checkpoint = b.reaches;
        redis.fence = b.epoch;
        redis.state = redis.state | b.state;
        b.answer = applied;
        assert(redis.checkpoint < end);
        assert(redis.state == fold(redis.checkpoint)) /* redis_is_fold */
     :: else -> b.answer = elsewhere
     fi
  fi
}

proctype Redis() {
  do
  :: d_step { sent[0].answer == waits -> carry_out(sent[0]) }
  :: d_step { sent[1].answer == waits -> carry_out(sent[1]) }
  :: d_step { late[0].answer == waits -> carry_out(late[0]); clear(late[0]) }
  :: d_step { late[1].answer == waits -> carry_out(late[1]); clear(late[1]) }
  :: d_step { losses < LOSSES -> /* what is saved now is what will be left */
       saved.checkpoint = redis.checkpoint;
       saved.fence = redis.fence;
       saved.state = redis.state }
  :: d_step { losses < LOSSES ->
       losses++;
       redis.checkpoint = saved.checkpoint;
       redis.fence = saved.fence;
       redis.state = saved.state;
       saved.checkpoint = 0;
       saved.fence = 0;
       saved.state = 0 }
  od
}

/* --- An engine ------------------------------------------------------------------------------------------ */

mtype = { down, reading, fencing, loading, looking_again, running, stopped };

inline forget_everything(what) {
  mode = what;
  follows = 0;
  at = 0;
  epoch = 0;
  state = 0;
  losses_seen = 0;
  clear(sent[me])
}

inline append_opening() {
  openings++;
  current = end;
  epoch = end;
  end++
}

/* What was asked over a connection that broke begins anew: the start reads, fences and loads over one. */
#ifdef BUG_LOAD_OVER_RECONNECT
#define connection_held true
#else
#define connection_held (losses_seen == losses)
#endif

#ifdef BUG_STORE_UNACKED
#define sent_for_acked (at + 1)
#else
#define sent_for_acked at
#endif

/* The fence keeps out older engines only: a newer one may have set its own and written since. */
#if defined(BUG_LOAD_UNCHECKED) || defined(BUG_NO_FENCE)
#define undisturbed connection_held
#else
#define undisturbed (connection_held && redis.checkpoint == follows && redis.fence == epoch)
#endif

inline take_up() {
#ifndef BUG_LOAD_UNCHECKED /* what comes of it is the question then */
  assert(state == fold(follows)); /* load_is_whole */
#endif
  state = state | (fold(epoch) & ~fold(follows));
  at = epoch;
  losses_seen = 0;
  mode = running
}

proctype Engine(bit me) {
  mtype mode = down;
  unsigned follows : 4; /* the checkpoint that our next batch follows */
  unsigned at : 4;      /* what is acked and folded */
  unsigned epoch : 4;   /* offset of our latest opening */
  short state;
  unsigned losses_seen : 2;

  do
  /* The start. When the checkpoint has moved before the fence was set, all of it is read again. */
  :: d_step { mode == down && openings < OPENINGS && (openings > 0 || me == 0) -> /* they are alike */
       follows = redis.checkpoint;
       losses_seen = losses;
       mode = reading }
  :: d_step { mode == reading && openings < OPENINGS ->
#ifdef LOAD_FIRST
       state = redis.state;
#endif
       append_opening();
#ifdef BUG_NO_FENCE
       mode = loading
#else
       mode = fencing
#endif
     }
  :: d_step { mode == fencing && sent[me].answer == nothing ->
       sent[me].answer = waits;
       sent[me].is_fence = true;
       sent[me].follows = follows;
       sent[me].epoch = epoch }
#ifdef LOAD_FIRST
  :: d_step { mode == fencing && sent[me].answer == applied && connection_held -> clear(sent[me]); take_up() }
  :: d_step { mode == fencing && sent[me].answer == applied && !connection_held -> forget_everything(down) }
  :: d_step { mode == fencing && sent[me].answer == elsewhere -> forget_everything(down) }
#else
  :: d_step { mode == fencing && sent[me].answer == applied -> clear(sent[me]); mode = loading }
  :: d_step { mode == fencing && sent[me].answer == elsewhere -> 
       clear(sent[me]);
       follows = redis.checkpoint;
       losses_seen = losses }
  :: d_step { mode == loading ->
       state = redis.state;
       mode = looking_again }
  :: d_step { mode == looking_again && undisturbed -> take_up() }
  :: d_step { mode == looking_again && !undisturbed -> forget_everything(down) }
#endif

  /* The log. It ends for us at the first opening behind our latest. */
  :: d_step { mode == running && epoch == current && end < 1 + openings + EVENTS -> put(is_event, end); end++ }
  :: d_step { mode == running && at + 1 < end && (has(is_event, at + 1) || at < epoch) ->
       at++;
       state = state | (is_event & (1 << at));
       assert(state == fold(at)) /* memory_is_fold */ }
  :: d_step { mode == running && epoch == current && openings < OPENINGS -> append_opening() } /* law 9 */

  /* Batches. When an answer is lost a batch is sent again: the first copy may be carried out before, or much later. */
  :: d_step { mode == running && sent[me].answer == nothing && follows != at ->
       find_epoch(at);
       sent[me].answer = waits;
       sent[me].follows = follows;
       sent[me].reaches = sent_for_acked;
       sent[me].epoch = epoch_there;
       sent[me].state = state & ~fold(follows) }
  :: d_step { sent[me].answer == waits && !sent[me].is_fence && late[me].answer == nothing -> copy(sent[me], late[me]) }
  :: d_step { mode == running && sent[me].answer == applied -> follows = sent[me].reaches; clear(sent[me]) }
  :: d_step { sent[me].answer == fenced -> forget_everything(stopped) }
  :: d_step { mode == running && sent[me].answer == elsewhere -> forget_everything(down) } /* the start in place */

  :: d_step { mode != down && crashes < CRASHES ->
       crashes++;
       if
       :: sent[me].answer == waits && late[me].answer == nothing -> copy(sent[me], late[me])
       :: else
       fi;
       forget_everything(down) }
  od
}

init {
  atomic {
    run Redis();
    run Engine(0);
    run Engine(1)
  }
}
