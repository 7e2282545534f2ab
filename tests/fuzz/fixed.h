/* SPDX-License-Identifier: ISC
 * Made by make_corpus.c, together with the corpora. */
#ifndef TESTS_FUZZ_FIXED_H
#define TESTS_FUZZ_FIXED_H

/* clang-format off */
static const char fixed_genesis[] __attribute__((unused)) =
	"sha256:28375523a62141f77b8ac2c202a76b95cfcfa9d09b7fbee7458dc2667ecad863";
static const char fixed_issuer[] __attribute__((unused)) =
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"UrhFULgyItFT9frlb7tRoT0Nv7bGq21wl-ujsg5UJrU\"}";
static const char fixed_charter[] __attribute__((unused)) =
	"{\"kind\":\"gmc-charter\",\"format\":1,\"group\":\"demo\",\"version\":1,\"effective\":1800000000,\"purpose\":\"To try"
	" charters.\",\"authority\":{\"notaries\":[{\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"D1vBHFxlLz4CT6Obs-f16a"
	"pB5tbX6mD3QS7fVmQ_r6M\"},\"from\":0,\"until\":2000000000}],\"issuing\":[{\"spki\":\"sha256:4c4ab1c92408a79da3b"
	"f2710b26ee54182a1e7c8c8ba6383084a5463e8e6f97f\",\"alg\":\"Ed25519\",\"from\":0,\"until\":2000000000}],\"revoca"
	"tion\":[{\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"buBWVR3qWGlzHPEtxnPiCW18wx_DVUk6S_F4HUAxDhI\"},\"from\""
	":0,\"until\":2000000000}],\"addresses\":[{\"url\":\"https://charter.example\",\"from\":0,\"until\":2000000000}],"
	"\"operators\":[{\"name\":\"Olga\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"8gemMcIl0m3C4vTFv6ibdorWho-xUeKS"
	"aj-8W4sDSho\"}},{\"name\":\"Otto\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"-hnRsPqFrjcEAZAMIWmW6eSRrtAg0A"
	"fOwUDZql_BS5E\"}}]},\"administrators\":{\"threshold\":2,\"keys\":[{\"name\":\"Ada\",\"key\":{\"kty\":\"OKP\",\"crv\":\"E"
	"d25519\",\"x\":\"LTDPQi3B_0bRKdQs_r7GpKcUyDNXuwwZsh7OvDhnyow\"}},{\"name\":\"Ben\",\"key\":{\"kty\":\"EC\",\"crv\":\"P"
	"-256\",\"x\":\"vgDBnp3deAlQgq1TEFXjiRHiAJ_Uk9aMQFCJ_fzgGvQ\",\"y\":\"1_vV6spA9EwlJWhJ9rqCGg3n1dZIgOuVUwAKv6g"
	"ktZY\"}},{\"name\":\"Cyd\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"MjpX9nOF562YpoXlIzLt9vhRZVFxOJVC04tzsg"
	"P_0io\"}},{\"name\":\"Dee\",\"passkey\":{\"rp\":\"charter.example\",\"origins\":[\"https://charter.example\"],\"id\":"
	"\"ZGVlJ3MgcGFzc2tleQ\",\"key\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"eqnO955kqI_AjtL9D8SK2ymOXhMdveDcmW1oUhhVCx"
	"M\",\"y\":\"lXQzV2o51clxfoqGk0NwvTYREi0ZMkQJniNW9MNDFyE\"}}}]},\"founders\":[{\"name\":\"Fay\",\"csr\":\"MH8wMwIBA"
	"DAAMCowBQYDK2VwAyEAFr9uHV23KTGLi-s84PE9M_7r6LgpEmhTaHoN7f2sbiygADAFBgMrZXADQQDspg9uoBel2iZCv1C9YsOkN"
	"VrUQ0quAeWsN-DE25S-6palKZWjhqUzVhWkqD2LOAPIBjh4qEN3kfg92lyyQV4G\",\"member\":\"9b5c2ee40f0eea6c707e2ca3d"
	"b9ced23\"},{\"name\":\"Gus\",\"csr\":\"MH8wMwIBADAAMCowBQYDK2VwAyEAfau3BT4V-wSIWkFluG29QHIQHgl21rNqa-1wrz9Ni"
	"FGgADAFBgMrZXADQQDINj8U-Y9hNjmNiK9GDOiwlWaS1ZVhmyxx0-PHwkIvumUoVe4ZghPGQ3OMu_-1ALYpfiC2U-ViGcoR7e1mE"
	"KoO\",\"member\":\"cb4e252ee8931da4c8a651758c01b8f7\"},{\"name\":\"Hal\",\"csr\":\"MIG6MGICAQAwADBZMBMGByqGSM49A"
	"gEGCCqGSM49AwEHA0IABC4YRqnH86Ef0s8GBlIkDWBfkJw_xQBxSecsXFIOOl9gN4bSQqx6qx2MQeyQr_27jnMwK-5YXYk3ZXJ0v"
	"wQd5N6gADAKBggqhkjOPQQDAgNIADBFAiEAk4gDQjoP3MilsCn1JwqZMxMDca1U0ltfNBl6d7Hl1k0CIDW0DFRywnSaIWQXrYa4x"
	"Atg9vRcnxfTRF0stPSMXhhQ\",\"member\":\"359a9fed6bf4fb3b2208b5f48f337060\"}],\"admission\":{\"votes\":{\"count\""
	":2}},\"expulsion\":{\"votes\":{\"fraction\":\"2/3\"}},\"voting\":{\"scheme\":\"plain\",\"term\":604800,\"change\":fals"
	"e,\"show\":\"votes\"},\"membership\":{\"life\":604800,\"keys\":[\"Ed25519\",\"P-256\"],\"names\":\"none\",\"overlay\":\"o"
	"verlay.example\"},\"freshness\":{\"update\":3600,\"grace\":86400,\"unknown\":\"refuse\"},\"records\":{\"visible\":\""
	"everyone\"},\"tests\":[{\"name\":\"two are enough\",\"members\":3,\"yes\":2,\"expect\":\"yes\"}]}";
static const char fixed_proposal[] __attribute__((unused)) =
	"{\"kind\":\"gmc-proposal\",\"format\":1,\"genesis\":\"sha256:28375523a62141f77b8ac2c202a76b95cfcfa9d09b7fbee7"
	"458dc2667ecad863\",\"charter\":\"sha256:28375523a62141f77b8ac2c202a76b95cfcfa9d09b7fbee7458dc2667ecad863"
	"\",\"number\":1,\"question\":\"admit\",\"subject\":\"sha256:cd1c8ce4daddd4b8166bd83bcf3850760d0cdefc5369775ae0"
	"8d7bea6315da23\",\"key\":\"Gxeenylf9cGfOUb7TREyWqtD7qBQ8JjxWyUru_fMw48\",\"member\":\"70ba62d873355966a1513b"
	"6acc2b4332\",\"node\":{\"id\":\"7db63d35b35932ca26a577a9c29519eb\",\"seed\":\"UFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQ"
	"UFBQUFBQUFA\",\"number\":0},\"electorate\":{\"size\":9,\"root\":\"sha256:5ebaf3b7b67e2f448268e136b6d06f5175488"
	"30866eed2edb20a401a8d9d3338\",\"n\":3},\"opened\":1800000062,\"term\":604800}";
static const char *const fixed_thumbs[] __attribute__((unused)) = {
	"BY7G-6KQTf2UM7EhUHFNQDizXEQRYEWQn7WtmiItq_c",
	"TOrGvVtC6lEHl2E33RC8z0vZumBwHYX-BrrN25pe7gY",
	"2x_VGDJgz89oNGtBmaWPw9hAcBF1Mn1AGpBOFfeZWag",
};
/* clang-format on */

#endif
