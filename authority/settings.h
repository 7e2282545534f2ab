/* SPDX-License-Identifier: ISC
 * What the operator may set: one table, which gauthd and gauthctl read, --check-config checks, and the manual page and the sample
 * file are held against. */
#ifndef AUTHORITY_SETTINGS_H
#define AUTHORITY_SETTINGS_H

#include "base/conf.h"

enum { SETTING_ADDRESS = 64, SETTING_TEXT = 200, SETTING_PATH = 192 };

/* Times are seconds. Empty strings stand for what is said beside them. */
struct settings {
	struct {
		char address[SETTING_ADDRESS];
		int64_t port;
		char public_url[SETTING_TEXT]; /* what join links begin with; empty: http://address:port */
		bool behind_proxy;
		char tls_certificate[SETTING_PATH]; /* PEM files; empty: plain HTTP */
		char tls_key[SETTING_PATH];
	} listen;
	struct {
		char address[SETTING_ADDRESS];
		int64_t port; /* 0: no metrics */
	} metrics;
	struct {
		char url[SETTING_TEXT]; /* empty: the embedded PostgreSQL */
	} database;
	struct {
		char socket[SETTING_PATH];     /* empty: the signer that is started with gauthd */
		char passphrase[SETTING_PATH]; /* file; empty: the one that init made */
	} signer;
	struct {
		int64_t workers, network_threads, queue, batches, batch;
	} threads;
	struct {
		int64_t connections, per_address, request, answer, idle;
		int64_t rate, burst; /* requests a minute, and at once, of each network, where a route is limited */
	} limits;
	struct {
		int64_t term_max, life_max; /* longest voting term and certificate that a charter may have here */
		int64_t list_margin;        /* lists are made again so long before they are due */
		int64_t ceremony_wait;      /* each phase of a ceremony lasts at most so long */
	} groups;
	struct {
		char kinds[SETTING_TEXT]; /* names with blanks between; empty: none is set here */
		int64_t per_key;          /* tickets an hour for one key */
		int64_t work;             /* so much work in a minute before it costs more; 0: it never does */
	} challenges;
	struct {
		char provider[SETTING_ADDRESS]; /* of authority/providers.c; empty: none */
		char label[SETTING_ADDRESS];    /* what charters call it; empty: the provider's name */
		char url[SETTING_TEXT];         /* of a custom one */
		char secret[SETTING_PATH];      /* file */
		char hostname[SETTING_TEXT];    /* empty: that of public_url */
		char action[SETTING_TEXT];      /* empty: not compared */
		bool allow_private;
	} external;
	struct {
		char level[SETTING_ADDRESS]; /* error, warn, info, debug */
	} log;
};

/* The table, for conf_read and conf_print. */
extern const struct conf_key settings_keys[];
extern const size_t settings_n;

/* Reads a file; path NULL: everything as it is without one. Errors: conf_read's, and "config_bad_value" for what does not go
 * together (one of two TLS files, an address of the wrong form, a level that there is not). */
bool settings_read(const char *path, struct settings *out, struct err *e);
/* What join links begin with: public_url, or http://address:port. */
void settings_url(const struct settings *s, char out[static SETTING_TEXT]);

#endif
