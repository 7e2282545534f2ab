/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"

/* A log into memory. */
struct paper {
	char *text;
	size_t size;
	struct log log;
};

static struct paper paper_open(enum log_level level)
{
	return (struct paper){ .log = { .program = "gauthd", .level = level } };
}

static void paper_start(struct paper *p)
{
	p->log.to = open_memstream(&p->text, &p->size);
	assert_non_null(p->log.to);
}

/* The line must be `want` behind its time. */
static void paper_says(struct paper *p, const char *want)
{
	char time[TIME_TEXT] = "";
	int64_t t;

	fclose(p->log.to);
	assert_true(p->size > 21);
	memcpy(time, p->text, 20);
	assert_true(time_parse(time, &t));
	assert_true(t >= time_now() - 60 && t <= time_now());
	assert_string_equal(p->text + 20, want);
	free(p->text);
}

static void one_line_for_an_event(void **state)
{
	struct paper p = paper_open(LOG_INFO);

	(void)state;
	paper_start(&p);
	log_event(&p.log, LOG_INFO, "vote_stored", "group", "demo", "proposal", "17", NULL);
	paper_says(&p, " gauthd info vote_stored group=demo proposal=17\n");
	paper_start(&p);
	log_event(&p.log, LOG_ERROR, "stopped", NULL);
	paper_says(&p, " gauthd error stopped\n");
}

static void levels_are_left_out(void **state)
{
	struct paper p = paper_open(LOG_WARN);

	(void)state;
	paper_start(&p);
	log_event(&p.log, LOG_DEBUG, "a", NULL);
	log_event(&p.log, LOG_INFO, "b", NULL);
	log_event(&p.log, LOG_WARN, "c", NULL);
	log_error(&p.log, LOG_INFO, "d", NULL, NULL);
	paper_says(&p, " gauthd warn c\n");
	log_event(NULL, LOG_ERROR, "nobody", NULL);
	log_error(NULL, LOG_ERROR, "nobody", NULL, NULL);
}

static void values_are_quoted(void **state)
{
	static const struct {
		const char *value, *written;
	} cases[] = {
		{ "plain-1.5/x:y", "plain-1.5/x:y" },
		{ "", "\"\"" },
		{ NULL, "\"\"" },
		{ "two words", "\"two words\"" },
		{ "a=b", "\"a=b\"" },
		{ "say \"x\"", "\"say \\\"x\\\"\"" },
		{ "back\\slash", "\"back\\\\slash\"" },
		{ "a\nb\r\tc", "\"a\\nb\\r\\tc\"" },
		{ "\x1b[31m\x01\x7f", "\"\\x1b[31m\\x01\\x7f\"" },
		{ "Zo\xc3\xab", "\"Zo\xc3\xab\"" },
		{ "\xe2\x80\xaetxt", "\"\\xe2\\x80\\xaetxt\"" },
		{ "\xc2\x9b", "\"\\xc2\\x9b\"" },
		{ "\xff", "\"\\xff\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct paper p = paper_open(LOG_INFO);
		char want[200];

		paper_start(&p);
		log_event(&p.log, LOG_INFO, "e", "v", cases[i].value, "w", "1", NULL);
		snprintf(want, sizeof(want), " gauthd info e v=%s w=1\n", cases[i].written);
		paper_says(&p, want);
	}
}

static void long_values_are_cut(void **state)
{
	struct paper p = paper_open(LOG_INFO);
	char value[300], want[400];

	(void)state;
	memset(value, 'v', sizeof(value));
	value[256] = '\0';
	paper_start(&p);
	log_event(&p.log, LOG_INFO, "e", "v", value, NULL);
	snprintf(want, sizeof(want), " gauthd info e v=%s\n", value);
	paper_says(&p, want);
	memcpy(value + 255, "\xc3\xab", 3); /* the cut never goes through a character */
	paper_start(&p);
	log_event(&p.log, LOG_INFO, "e", "v", value, NULL);
	snprintf(want, sizeof(want), " gauthd info e v=\"%.255s...\"\n", value);
	paper_says(&p, want);
}

static void a_long_line_still_ends(void **state)
{
	struct paper p = paper_open(LOG_INFO);
	char v[257];

	(void)state;
	memset(v, '\x01', sizeof(v) - 1);
	v[256] = '\0';
	paper_start(&p);
	log_event(&p.log, LOG_INFO, "e", "a", v, "b", v, "c", v, "d", v, "e", v, "f", v, NULL);
	fclose(p.log.to);
	assert_int_equal(p.size, 4096);
	assert_ptr_equal(strchr(p.text, '\n'), p.text + 4095);
	free(p.text);
}

static void errors_as_events(void **state)
{
	struct paper p = paper_open(LOG_INFO);
	struct err e = { 0 };

	(void)state;
	err_set(&e, "bad_vote", "it is not signed");
	paper_start(&p);
	log_error(&p.log, LOG_WARN, "vote_refused", &e, "proposal", "17", NULL);
	paper_says(&p, " gauthd warn vote_refused error=bad_vote text=\"it is not signed\" proposal=17\n");
	snprintf(e.pointer, sizeof(e.pointer), "/payload/x");
	paper_start(&p);
	log_error(&p.log, LOG_WARN, "vote_refused", &e, NULL);
	paper_says(&p, " gauthd warn vote_refused error=bad_vote text=\"it is not signed\" pointer=/payload/x\n");
	paper_start(&p);
	log_error(&p.log, LOG_WARN, "odd", NULL, NULL);
	paper_says(&p, " gauthd warn odd error=none text=\"\"\n");
}

static void *write_many(void *arg)
{
	for (int i = 0; i < 500; i++)
		log_event(arg, LOG_INFO, "event", "one", "value with words", "two", "2", NULL);
	return NULL;
}

static void threads_do_not_mix_lines(void **state)
{
	struct log l = { .to = tmpfile(), .program = "p", .level = LOG_INFO };
	pthread_t threads[4];
	char line[256];
	int n = 0;

	(void)state;
	assert_non_null(l.to);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, &l), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	rewind(l.to);
	for (; fgets(line, sizeof(line), l.to) != NULL; n++)
		assert_string_equal(line + 20, " p info event one=\"value with words\" two=2\n");
	assert_int_equal(n, 2000);
	fclose(l.to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_for_an_event),
		cmocka_unit_test(levels_are_left_out),
		cmocka_unit_test(values_are_quoted),
		cmocka_unit_test(long_values_are_cut),
		cmocka_unit_test(a_long_line_still_ends),
		cmocka_unit_test(errors_as_events),
		cmocka_unit_test(threads_do_not_mix_lines),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
