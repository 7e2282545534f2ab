/* SPDX-License-Identifier: ISC
 * Rules out of chance. Not for others: they call scene_make. */
#ifndef TESTS_CHARTER_SCENE_RULE_H
#define TESTS_CHARTER_SCENE_RULE_H

#include "tests/charter/scene.h"

/* A rule for the scene's electorate, whose numbers are there already. A new document. */
json_t *scene_rule(struct dice *d, const struct scene *s);
/* One leaf of such a rule. */
json_t *scene_leaf(struct dice *d, const struct scene *s);
/* Applicant's keys: lists name these. */
struct digest scene_key(uint32_t i);
const char *scene_provider(uint32_t i);
/* A number at, or one beside, that many; not below least. */
int64_t scene_edge(struct dice *d, int64_t n, int64_t least);

#endif
