// Classic bugs, put in on purpose at the places where they would come in, so that the simulator can prove
// that it catches them: the tests are tested. In every normal build SEEDED_BUG(name) is false at compile time
// and costs nothing. In the build for tests/sim with SEEDED_BUGS it asks which one was chosen.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// clang-format off
#define SEEDED_BUG_NAMES(X)                                                                             \
  X(released_before_ack)      /* release follows what is produced */                                    \
  X(offset_trusted)           /* any offset that a report names is good: strangers do not matter */     \
  X(offset_guessed)           /* a report without an offset counts as the next one */                   \
  X(checkpoint_ahead_of_acks) /* the store follows what is produced */                                  \
  X(store_reads_running)      /* whether an order has ended is read from where it runs */               \
  X(batch_loses_stock)        /* a batch leaves out what was given back */                              \
  X(room_not_taken)           /* room for a new order is checked, but not taken */                      \
  X(dedup_forgotten)          /* an order whose ack is not there is not found */                        \
  X(wake_up_lost)             /* room that comes back wakes nobody */                                   \
  X(snapshot_before_fence)    /* what Redis holds is loaded before older engines are kept out */         \
  X(load_not_checked)         /* nobody asks whether Redis has changed while it was loaded */            \
  X(live_loss_not_seen)       /* unfinished orders that Redis has lost are not missed */                \
  X(stock_loss_not_seen)      /* levels that Redis has lost are not missed */                           \
  X(document_loss_not_seen)   /* an unfinished order without a document is passed over */                \
  X(request_folded)           /* a record without epoch and seq is folded */                            \
  X(dedup_lost_on_restart)    /* orders that ended in the tail do not come into Redis */                \
  X(mail_lost_on_restart)     /* an order that only waits for its mail is not taken up */               \
  X(opening_forgotten)        /* the checkpoint does not remember who opened its epoch */               \
  X(reopened_without_after)   /* a reopening does not say which epoch it continues */                   \
  X(dead_reports_count)       /* reports of a producer that was given up count */                       \
  X(unacked_forgotten)        /* what was not acked is not produced again in the new epoch */           \
  X(batch_without_predecessor)/* Redis takes a batch whatever it stands at */                            \
  X(stale_no_believed)        /* a Redis that has lost writes says that there is no such order */        \
  X(unreadable_passed_over)   /* a start goes on behind a valid record that it cannot read */            \
  X(fingerprint_not_compared) /* nobody asks whether Redis holds what came of this log */                \
  X(opening_needs_prefix)     /* an opening counts only with one's own prefix before its type */         \
  X(epoch_not_filtered)       /* a zombie's record counts as one of ours */                            \
  X(token_duplicated)         /* a batch of tokens is handed on twice */                                \
  X(poke_lost)                /* who keeps the order does not look at its wishes */                     \
  X(cancel_and_ship_both)     /* a poke turns the order round, and its wait goes on */                  \
  X(cancel_not_read)          /* shipping does not read the wish */                                     \
  X(parked_resumed_twice)     /* the wish outlives the resume */                                        \
  X(undo_out_of_order)        /* what was reserved is refunded first */                                 \
  X(double_refund)            /* a refund that took attempts is made once more */                       \
  X(retry_without_end)        /* attempts and deadlines do not matter */                                \
  X(oversold)                 /* one more than there is */                                              \
  X(shortage_keeps_stock)     /* what was taken for a failed reservation stays taken */                 \
  X(stock_leaked_on_cancel)   /* a cancelled order gives nothing back */                                \
  X(mail_resent_changed)      /* a mail that is sent again bears another time */                        \
  X(mail_unknown_forever)     /* a mail without an answer is sent until there is one */                 \
  X(mail_unknown_believed)    /* the first mail without an answer counts as sent */
// clang-format on

namespace engine {

enum class Bug : std::uint8_t {
  none,
#define SEEDED_BUG_ENUMERATOR(name) name,
  SEEDED_BUG_NAMES(SEEDED_BUG_ENUMERATOR)
#undef SEEDED_BUG_ENUMERATOR
};
inline constexpr std::array bug_names{"none",
#define SEEDED_BUG_TEXT(name) #name,
                                      SEEDED_BUG_NAMES(SEEDED_BUG_TEXT)
#undef SEEDED_BUG_TEXT
};
inline constexpr std::size_t bugs = bug_names.size();

#ifdef SEEDED_BUGS
inline Bug seeded_bug = Bug::none;  // chosen before anything runs
inline bool has(Bug bug) { return seeded_bug == bug; }
#else
constexpr bool has(Bug) { return false; }
#endif

}  // namespace engine

#define SEEDED_BUG(name) (::engine::has(::engine::Bug::name))
