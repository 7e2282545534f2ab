/* SPDX-License-Identifier: ISC
 * Makes the data of an embedded PostgreSQL as gauthd does before its first start, and starts nothing: cluster DIRECTORY. Each test gets a
 * copy of it, since making one takes a second. */
#include <stdio.h>
#include <string.h>

#include "authority/cluster.h"

int main(int argc, char **argv)
{
	char system[PLACE_MAX], runtime[PLACE_MAX];
	struct place place = { .lock = -1 };
	struct cluster *c = NULL;
	struct user self, runs;
	struct err e = { 0 };

	if (argc != 2)
		return 2;
	user_self(&self);
	runs = self;
	snprintf(system, sizeof(system), "%s/system", argv[1]);
	snprintf(runtime, sizeof(runtime), "%s/sockets", argv[1]);
	const struct place_options po = { .dir = argv[1], .users = &runs, .n = 1, .system = system, .runtime = runtime };
	const struct cluster_options co = { .place = &place, .runs = &runs, .daemon = &self };

	if ((self.uid != 0 || user_find(user_postgres, &runs, &e)) && place_open(&po, &place, &e))
		c = cluster_open(&co, &e);
	if (c == NULL)
		fprintf(stderr, "cluster: %s: %s\n", e.name, e.text);
	cluster_free(c);
	place_close(&place);
	return !err_ok(&e);
}
