/* SPDX-License-Identifier: ISC
 * What participants of a dealing post in each phase. A body is read whole into what its author has posted, or nothing of it is. */
#ifndef VOTING_DEALING_READ_H
#define VOTING_DEALING_READ_H

#include "voting/dealing.h"

bool dealing_read_join(struct dealing *d, size_t place, const struct at *at);
bool dealing_read_deal(struct dealing *d, size_t place, const struct at *at);
bool dealing_read_check(struct dealing *d, size_t place, const struct at *at);
bool dealing_read_answer(struct dealing *d, size_t place, const struct at *at);
bool dealing_read_confirm(struct dealing *d, size_t place, const struct at *at);

#endif
