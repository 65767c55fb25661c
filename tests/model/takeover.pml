/* The takeover protocol: one topic partition, two engines, and a network that may do its worst. Spin visits
 * every state within the bounds below; tests/model/run is the one command for it.
 *
 * Modelled: the reader rule and the release rule as engine/tape has them; opening (EpochStarted, the epoch
 * learned by reading up to it); reading back when offsets are not as expected; reopening in place, which says
 * `after`; a second death of the producer while it reopens. An engine may crash and start again, or take its
 * next step arbitrarily late. What a producer has sent outlives it: each request arrives at any later time, or
 * never. A report comes at any later time and in any order, with an offset, without one, or never. A retry may
 * write a record twice, and a report may name either copy.
 *
 * Nothing is fair here: "lost" is "arrives never", "frozen" is "takes no step", so neither needs a line.
 *
 * Bounds: PRODUCERS openings in all (both engines, restarts and reopenings together), of which CRASHES follow
 * a crash and REOPENINGS a dead producer; STEPS events, SEQS of them a producer; DOUBLES records written twice;
 * LOG records in the partition. tests/model/run sets them.
 *
 * Abstracted away: what an event says. An order is a chain of steps, and the whole partition is one such
 * chain here: an engine decides step n + 1 on the fold of n steps. That is the sharpest reading of "the log is
 * the truth": a step that is decided on anything but the valid log before it makes the chain jump or repeat.
 * A produce request holds one record. Kafka does not lose what it has acknowledged. Redis is a place from which
 * reading starts: any valid record may be the checkpoint; store.pml shows that Redis then holds its fold.
 *
 * Properties, each an assert:
 *   answered_is_valid   what was released stands in the valid log, at the place and with the step it was
 *                       released for. A record's reading never changes, so this holds for ever after.
 *   answered_in_epoch   no other epoch was opened between a released event and its own epoch's opening.
 *   once_and_in_order   the n-th valid event is step n: nothing is applied twice, nothing is left out, over
 *                       replacement and reopening alike.
 *   readers_agree       whoever starts at any checkpoint reads every later record as the one who began at 0.
 */

/* The assumptions about Kafka, which can be loosened one by one.
 *   REORDER    a producer's requests may arrive in any order, so that its epoch may have holes. Without it they
 *              come as Kafka's idempotent producer has them: each behind its predecessor.
 *   PLACELESS  reports may come without an offset. Safe only without REORDER: the release rule concludes from a
 *              later report's offset where the earlier record lies.
 *   COPY_LATE  a retry may write a second EpochStarted at any time. Without it, one without `after` only before
 *              the epoch's first event and before the next opening: a reader that starts at a checkpoint behind
 *              the first copy does not know it. One with `after` can not open twice, so it is free.
 *   AFTER_ALWAYS  a remedy for that, not in the engine: a fresh opening, too, names the epoch that it follows, and
 *              opens only if that is current. Then no opening opens twice, and nobody has to know their ids.
 *   START_AT_ANY_OPENING  a reader begins with an empty rule at any EpochStarted, also at one that opened nothing,
 *              at a copy, or at a reopening, whose `after` it can not judge. Only a checkpoint will do.
 *   EPOCH_REPORTED  not in the engine: an opening is taken to lie where its report says, the log is read once, to
 *              there, and if the record there opened nothing, the engine starts over. (The mistake
 *              EPOCH_FROM_REPORT does not look.)
 * A BUG_ is a seeded mistake, which must be caught.
 */
#ifndef LOG
#define LOG 8
#endif
#ifndef STEPS
#define STEPS 3
#endif
#ifndef SEQS
#define SEQS 2
#endif
#ifndef PRODUCERS
#define PRODUCERS 4
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef REOPENINGS
#define REOPENINGS 2
#endif
#ifndef DOUBLES
#define DOUBLES 1
#endif

#define NONE 15        /* no offset, no epoch */
#define UNREPORTED 0   /* never an event's offset: the log begins with an opening */
#define NOBODY 7       /* no producer */
#define NOWHERE NONE   /* delivered, nobody knows where */

#define has(set, i) (((set) >> (i)) & 1)
#define put(set, i) set = set | (1 << (i))

/* --- The partition -------------------------------------------------------------------------------------- */

typedef Record {
  bool is_opening;
  unsigned id : 3;    /* opening: which one */
  unsigned epoch : 4; /* opening: the epoch it continues, or NONE */
  unsigned seq : 2;
  unsigned step : 3
}

typedef Rule { /* ReaderRule of engine/tape */
  unsigned epoch : 4;
  unsigned next : 3;
  bool holed;
  byte seen /* ids of openings */
}

Record log[LOG];
byte end;
Rule truth;        /* of the reader that began at offset 0 and has read everything */
unsigned steps : 3; /* it has applied */
short valid;       /* offsets of the events it has applied */
short opened;      /* offsets of the openings that opened */

mtype = { apply, opens, passed_by, behind_hole };

/* Scratch of one atomic step; no state. (A loop may not be the last thing in a d_step, hence some skips.) */
hidden mtype reading;
hidden Rule rule;
hidden byte o, c, place, highest, ok;

#ifdef BUG_FORGET_COPY
#define is_copy(r, o) false
#elif defined(AFTER_ALWAYS)
#define is_copy(r, o) false
#else
#define is_copy(r, o) has(r.seen, log[o].id)
#endif

#ifdef AFTER_ALWAYS
#define continues_another(r, o) (log[o].epoch != r.epoch)
#else
#define continues_another(r, o) (log[o].epoch != NONE && log[o].epoch != r.epoch)
#endif

#ifdef BUG_NO_EPOCH_FILTER
#define of_another_epoch(r, o) false
#else
#define of_another_epoch(r, o) (log[o].epoch != r.epoch)
#endif

#ifdef BUG_NO_DOUBLE_FILTER
#define is_double(r, o) false
#else
#define is_double(r, o) (log[o].seq < r.next)
#endif
#define is_hole(r, o) (log[o].seq > r.next)

inline read(r, o) {
  if
  :: log[o].is_opening && is_copy(r, o) -> reading = passed_by
  :: log[o].is_opening && !is_copy(r, o) ->
     put(r.seen, log[o].id);
     if
     :: continues_another(r, o) -> reading = passed_by
     :: else -> r.epoch = o; r.next = 1; r.holed = false; reading = opens
     fi
  :: !log[o].is_opening ->
     if
     :: of_another_epoch(r, o) -> reading = passed_by
     :: else ->
        if
        :: r.holed -> reading = behind_hole
        :: !r.holed && is_double(r, o) -> reading = passed_by
#ifdef BUG_NO_HOLES
        :: !r.holed && is_hole(r, o) -> r.next = log[o].seq + 1; reading = apply
#else
        :: !r.holed && is_hole(r, o) -> r.holed = true; reading = behind_hole
#endif
        :: else -> r.next = log[o].seq + 1; reading = apply
        fi
     fi
  fi
}

/* A reader that was told: the record at `at`, valid, was the last applied. It knows no earlier opening. */
inline start_at(at) {
  rule.holed = false;
  if
  :: log[at].is_opening -> rule.epoch = at; rule.next = 1; rule.seen = 1 << log[at].id
  :: else -> rule.epoch = log[at].epoch; rule.next = log[at].seq + 1; rule.seen = 0
  fi
}

/* The record is in log[end]. */
inline appended() {
  read(truth, end);
  if
  :: reading == apply ->
     put(valid, end);
     steps++;
     assert(log[end].step == steps) /* once_and_in_order */
  :: reading == opens -> put(opened, end)
  :: else
  fi;
  end++;
  c = 0;
  do
  :: c < end - 1 ->
#ifdef START_AT_ANY_OPENING
     ok = log[c].is_opening;
     rule.epoch = NONE; rule.next = 1; rule.holed = false; rule.seen = 0;
     o = c;
#else
     ok = has(valid, c) || has(opened, c);
     start_at(c);
     o = c + 1;
#endif
     do
     :: ok && o < end -> read(rule, o); o++
     :: else -> break
     od;
     assert(!ok || (reading == apply) == has(valid, end - 1)); /* readers_agree */
     assert(!ok || (reading == opens) == has(opened, end - 1));
     c++
  :: else -> break
  od;
  skip
}

/* --- What producers have sent --------------------------------------------------------------------------- */

typedef Producer { /* its number is the id of its opening */
  bool opening_sent;
  bool opening_arrived;
  unsigned after : 4;
  unsigned epoch : 4;
  unsigned base : 3; /* seq n is step base + n */
  unsigned sent : 2;
  unsigned arrived : 4 /* set of seqs */
}

Producer producer[PRODUCERS];
unsigned openings : 3;
unsigned crashes : 2;
unsigned reopenings : 2;
unsigned doubles : 2;

inline append_opening(p) {
  log[end].is_opening = true;
  log[end].id = p;
  log[end].epoch = producer[p].after;
  appended()
}

inline append_event(p, n) {
  log[end].epoch = producer[p].epoch;
  log[end].seq = n;
  log[end].step = producer[p].base + n;
  appended()
}

#ifdef REORDER
#define in_turn(p, n) true
#else
#define in_turn(p, n) (n == 1 || has(producer[p].arrived, n - 1))
#endif

#ifdef COPY_LATE
#define copy_is_early(p) true
#else
#define copy_is_early(p) (producer[p].after != NONE || (truth.next == 1 && log[truth.epoch].id == p))
#endif

#define ARRIVES(n)                                                                            \
  :: d_step { end < LOG && n <= producer[p].sent && !has(producer[p].arrived, n) && in_turn(p, n) -> \
       put(producer[p].arrived, n); append_event(p, n) }                                      \
  :: d_step { end < LOG && doubles < DOUBLES && has(producer[p].arrived, n) ->                \
       doubles++; append_event(p, n) }

proctype Connection(byte p) {
  do
  :: d_step { end < LOG && producer[p].opening_sent && !producer[p].opening_arrived ->
       producer[p].opening_arrived = true; append_opening(p) }
  :: d_step { end < LOG && doubles < DOUBLES && producer[p].opening_arrived && copy_is_early(p) ->
       doubles++; append_opening(p) }
  ARRIVES(1)
  ARRIVES(2)
#if SEQS > 2
  ARRIVES(3)
#endif
  od
}

/* --- An engine ------------------------------------------------------------------------------------------ */

mtype = { down, opening, running, reopening, stopped };

inline send_opening(follows) {
  me = openings;
  openings++;
  put(mine, me);
  producer[me].opening_sent = true;
  producer[me].after = follows
}

#define my_opening_at(at) (log[at].is_opening && log[at].id == me)

/* In `place`: where our latest opening lies; `end`: nowhere yet. */
inline find_my_opening() {
  place = 0;
  do
  :: place < end && !my_opening_at(place) -> place++
  :: else -> break
  od;
  skip
}

inline release(at) {
  assert(has(valid, at) && log[at].step == base + acked); /* answered_is_valid */
  c = log[at].epoch + 1;
  do
  :: c <= at -> assert(!has(opened, c)); c++ /* answered_in_epoch */
  :: else -> break
  od;
  skip
}

/* The epoch of the opening at `at` is ours from here on; `before` events were valid before it. */
inline enter(at, before) {
  epoch = at;
  base = before;
  acked = 0;
  acked_at = at;
  forget_reports()
}

inline forget_reports() {
  sent = 0;
  found = 0;
  cell[1] = 0; cell[2] = 0; cell[3] = 0
}

inline become(what) {
  mode = what;
  enter(0, 0);
  mine = 0;
  me = 0
}

/* ReleaseRule::release_next(), as often as it goes. */
inline release_what_may_be() {
  do
  :: acked < sent ->
     highest = SEQS;
     do
     :: highest > acked && (cell[highest] == UNREPORTED || cell[highest] == NOWHERE) -> highest--
     :: else -> break
     od;
     place = cell[acked + 1];
#ifdef BUG_TRUST_REPORT
     ok = place != UNREPORTED && place != NOWHERE;
#else
     ok = has(found, acked + 1) || place == acked_at + 1;
#endif
     if
     :: !ok && place == NOWHERE && highest > acked && cell[highest] - acked_at == highest - acked ->
        place = acked_at + 1;
        ok = true
     :: else
     fi;
     if
     :: ok ->
        acked++;
        acked_at = place;
        cell[acked] = 0;
        found = found & ~(1 << acked);
        release(place)
     :: else -> break
     fi
  :: else -> break
  od;
  skip
}

#ifdef BUG_OLD_REPORTS
#define is_ours(at, n) (log[at].step == base + n && has(mine, log[log[at].epoch].id))
#else
#define is_ours(at, n) (log[at].epoch == epoch && log[at].seq == n)
#endif

#define awaits_report(n) (mode == running && acked < n && n <= sent && cell[n] == UNREPORTED)

#define REPORT_AT(n, at)                                                                         \
  :: d_step { awaits_report(n) && at < end && !log[at].is_opening && is_ours(at, n) ->              \
       if                                                                                        \
       :: at <= acked_at -> become(stopped)                                                      \
       :: else -> cell[n] = at; release_what_may_be()                                            \
       fi }

#ifdef PLACELESS
#define REPORT_NOWHERE(n)                                                                        \
  :: d_step { awaits_report(n) && has(producer[me].arrived, n) -> cell[n] = NOWHERE; release_what_may_be() }
#else
#define REPORT_NOWHERE(n)
#endif

/* A report of seq n, which may name any copy. Offset 0 is an opening; a LOG of 9 is the most that is listed. */
#define REPORT(n)                                                                                \
  REPORT_AT(n, 1) REPORT_AT(n, 2) REPORT_AT(n, 3) REPORT_AT(n, 4) REPORT_AT(n, 5)                \
  REPORT_AT(n, 6) REPORT_AT(n, 7) REPORT_AT(n, 8) REPORT_NOWHERE(n)

/* A block is a report that releases nothing. What the reader rule then finds behind the released record, up to
 * the highest reported seq, counts wherever it lies. A hole is answered by reopening, which may come anyway. */
#define blocked (mode == running && acked < sent && cell[acked + 1] != UNREPORTED)

inline read_back() {
  highest = sent;
  do
  :: cell[highest] == UNREPORTED -> highest--
  :: else -> break
  od;
  start_at(acked_at);
  put(rule.seen, log[epoch].id);
  o = acked_at + 1;
  do
  :: o < end && rule.next <= highest && mode == running ->
#ifdef BUG_FORGET_COPY /* readers do; an engine still knows its own opening */
     if
     :: my_opening_at(o) -> reading = passed_by
     :: else -> read(rule, o)
     fi;
#else
     read(rule, o);
#endif
     if
     :: reading == apply -> cell[rule.next - 1] = o; put(found, rule.next - 1)
#ifndef BUG_BLIND_READ_BACK
     :: reading == opens -> become(stopped) /* replaced */
#else
     :: reading == opens -> start_at(acked_at)
#endif
     :: reading == behind_hole -> break
     :: else
     fi;
     o++
  :: else -> break
  od;
  if
  :: mode == running -> release_what_may_be()
  :: else
  fi
}

/* Our reopening is in the log, at `place`. From the last released record to it we read what made it; the rest is
 * decided, that is produced, again. An earlier reopening of ours may have come in between, after we gave it
 * up; anybody else's opening means that we have been replaced. */
inline learn_reopening() {
  start_at(acked_at);
  put(rule.seen, log[epoch].id); /* a copy of our own opening may lie behind it */
  highest = place;
  o = acked_at + 1;
  do
  :: o <= highest && mode == reopening ->
     read(rule, o);
     if
#ifdef BUG_REOPEN_WITHOUT_AFTER
     :: reading == apply && rule.epoch == epoch -> acked++; acked_at = o; release(o)
#elif !defined(BUG_REOPEN_BLIND)
     :: reading == apply -> acked++; acked_at = o; release(o)
#endif
     :: reading == opens && has(mine, log[o].id) -> enter(o, base + acked)
#ifndef BUG_REOPEN_WITHOUT_AFTER
     :: reading == opens && !has(mine, log[o].id) -> become(stopped)
#endif
     :: else
     fi;
     o++
  :: else -> break
  od;
  if
  :: mode == reopening && epoch == highest -> start_producing()
  :: mode == reopening && epoch != highest -> me = NOBODY /* and so it has to reopen once more */
  :: else
  fi
}

inline start_producing() {
  mode = running;
  producer[me].epoch = epoch;
  producer[me].base = base
}

/* Law 9: a new producer, whose opening says which epoch it continues. */
#ifdef BUG_REOPEN_WITHOUT_AFTER
#define continued NONE
#else
#define continued epoch
#endif

inline open() {
#ifdef BUG_FOLD_TO_SENDING
  read_to = end;
#endif
#ifdef AFTER_ALWAYS
  send_opening(truth.epoch);
#else
  send_opening(NONE);
#endif
  mode = opening
}

/* A fresh opening. The fold of everything before it is ours. */
inline learn_opening() {
#if defined(BUG_EPOCH_FROM_REPORT) || defined(EPOCH_REPORTED)
  highest = end; /* the report may name the later copy */
  do
  :: my_opening_at(highest - 1) -> break
  :: else -> highest--
  od;
  place = highest - 1;
#endif
#ifdef BUG_EPOCH_FROM_REPORT
  ok = true;
#else
  ok = has(opened, place);
#endif
  highest = 0;
  o = 0;
  do
#ifdef BUG_FOLD_TO_SENDING
  :: o < read_to -> highest = highest + has(valid, o); o++
#else
  :: o < place -> highest = highest + has(valid, o); o++
#endif
  :: else -> break
  od;
  if
  :: ok -> enter(place, highest); start_producing()
  :: else -> become(down) /* AFTER_ALWAYS: another was faster; EPOCH_REPORTED: a copy, so open once more */
  fi
}

proctype Engine() {
  mtype mode = down;
  unsigned me : 3;       /* our producer's number, the id of its opening */
  byte mine;             /* ids of our openings since we started */
  unsigned epoch : 4;    /* offset of our opening */
  unsigned base : 3;     /* steps before our epoch's first event */
  unsigned sent : 2;     /* seqs produced */
  unsigned acked : 2;    /* seqs released */
  unsigned acked_at : 4; /* the offset of the last one, or of the opening */
  unsigned found : 4;    /* seqs read back, not yet released */
  byte cell[4];          /* by seq: offset reported or found */
#ifdef BUG_FOLD_TO_SENDING
  byte read_to;
#endif

  do
  :: d_step { mode == down && openings < PRODUCERS && (openings > 0 || _pid == 1) -> /* they are alike */
       open() }
  :: d_step { mode == opening ->
       find_my_opening();
       if
       :: place < end -> learn_opening()
       :: else
       fi }
  :: d_step { mode == running && sent < SEQS && base + sent < STEPS ->
       sent++;
       producer[me].sent = sent
#ifdef BUG_RELEASE_BEFORE_ACK
       ; acked++; place = end; release(place)
#endif
     }
  REPORT(1)
  REPORT(2)
#if SEQS > 2
  REPORT(3)
#endif
  :: d_step { blocked -> read_back() }
  :: d_step { (mode == running || mode == reopening) && reopenings < REOPENINGS && openings < PRODUCERS ->
       reopenings++;
       forget_reports();
       send_opening(continued);
       mode = reopening }
  :: d_step { mode == reopening ->
       find_my_opening();
       if
       :: place < end -> learn_reopening()
       :: else
       fi }
  /* A crash and the start after it: to stay away is the same as to be frozen. */
  :: d_step { mode != down && crashes < CRASHES && openings < PRODUCERS ->
       crashes++;
       become(down);
       open() }
  od
}

init {
  atomic {
    truth.epoch = NONE;
    truth.next = 1;
    run Engine();
    run Engine();
    o = 0;
    do
    :: o < PRODUCERS -> run Connection(o); o++
    :: else -> break
    od
  }
}
