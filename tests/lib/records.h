/* SPDX-License-Identifier: ISC
 * Records of what was decided in a world, for tests. */
#ifndef TESTS_LIB_RECORDS_H
#define TESTS_LIB_RECORDS_H

#include "peer/record.h"
#include "tests/lib/hall.h"
#include "tests/lib/trusts.h"

/* Decides the hall's proposal from what was gathered, logs it with all that follows, and gives the evidence to the decision's entry. */
void hall_decide(struct hall *h, enum outcome outcome);
/* The record of the last decision, up to the present end of the log. `whole`: with its charters. A new document. */
json_t *hall_record(struct hall *h, bool whole);
/* Audits a document; NULL e wants it to hold. */
bool record_holds(struct crypto *c, const json_t *doc, const struct trust *pin, struct audit *out, struct err *e);

#endif
