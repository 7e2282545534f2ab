/* SPDX-License-Identifier: ISC
 * gauthd as a parent: a state directory, its parts as children, and settings that reach the child whoever it runs as. */
#ifndef WEB_PARENT_H
#define WEB_PARENT_H

#include "authority/settings.h"
#include "base/log.h"

struct parent_options {
	const char *state;
	const struct settings *settings;
	struct log *log;
};

/* Makes what is missing of the state, and runs its parts until asked to end. Errors: embedded_open's, state_dir_fill's, supervisor_run's,
 * "schema_old", "schema_new", "address_in_use". */
bool parent_run(const struct parent_options *o, struct err *e);

#endif
