/* SPDX-License-Identifier: ISC
 * Free text beside a signed object that names its salted digest. */
#ifndef AUTHORITY_FREE_TEXT_H
#define AUTHORITY_FREE_TEXT_H

#include "authority/acts.h"

enum { FREE_TEXT_MAX = 2048 };

/* Is it the text that the object names (`named`: it names one)? A named text may stay away; a text that nothing names may not come.
 * t may be NULL. "text_differs", "bad_text" (not fit to be shown), "too_large". */
bool free_text_fits(const struct free_text *t, bool named, const struct digest *digest, struct err *e);

#endif
