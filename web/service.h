/* SPDX-License-Identifier: ISC
 * The service as one process: store, notary, workers, HTTP; from start to a clean end. */
#ifndef WEB_SERVICE_H
#define WEB_SERVICE_H

#include "authority/settings.h"
#include "base/log.h"

struct service_options {
	const struct settings *settings;
	const char *conninfo; /* of the database */
	const char *notary;   /* key file */
	const char *signer_socket;
	struct log *log;
};

/* Serves until SIGTERM, SIGINT or the end of the process's lifeline; then lets what is under way be answered and ends. Waits at first for
 * the database. Errors: "schema_old", "schema_new", file_read's, keyfile_read's, server_start's, "address_in_use" naming the holder. */
bool service_run(const struct service_options *o, struct err *e);

/* "address_in_use" when the address that the settings name is taken, with who holds it. Port 0 never is. */
bool service_port_is_free(const struct settings *s, struct err *e);

#endif
