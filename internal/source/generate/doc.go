// Package generate makes realistic after-sales messages: the CSV files that
// package source reads, with the truth about them counted on the way.
//
// It stands before the flow source → frame → analysis → sink and knows nothing
// of it but the column names. The same [Options] give the same bytes on any
// machine and any number of cores: every draw comes from a seeded PCG and every
// step from a draw to a byte is integer arithmetic.
//
//	truth, err := generate.Write(ctx, w, generate.Options{Messages: 20000, Seed: 1})
//	fmt.Println(truth.Conversations, truth.Answered)
//
// # What the messages are like
//
// Clients write to merchants over about 90 days from 2026-03-01 00:00:00 UTC.
// Rows stand in the order in which a database would export them, message_id and
// created_at rising together and conversations interleaved, and end where the
// asked number of rows is reached, so that the newest conversations are cut
// off as in any export. Shares are of all conversations or rows:
//
//   - about 4 rows a conversation;
//   - one merchant per 64 conversations, at most 5,000; the size of the k-th
//     largest is proportional to 1/(k+10);
//   - 30 countries, the home country of a merchant being the k-th largest with a
//     probability proportional to 1/k; it sells 4/5 there and the rest in 0 to 7
//     others, so that 10 million rows have some 21,000 pairs of country and merchant;
//   - a client has 3.5 conversations on average, always in the same country;
//   - few messages at night (22 to 6 UTC) and at weekends, and one hour in a
//     hundred is a burst with four times the conversations;
//   - response times are log-normal: merchants' medians scatter around 1.2
//     hours with a standard deviation of a factor 2.5, and a merchant's own times
//     around its median likewise; of the answers that would fall into the night,
//     7 of 8 wait until the morning;
//   - 10 % of the merchants are slow (medians 8 times as long, 25 % of the openings
//     unanswered instead of 6 %), 3 % answer automatically within 3 seconds;
//   - the client writes more than once before the first answer in 30 % of the
//     conversations: second thoughts after a minute, reminders after a day;
//   - in 6 % of the conversations the merchant writes first, and a quarter of
//     those have no client message at all;
//   - 4.5 % of the rows are written by marketplace staff, a quarter of these
//     by the system (an empty sender);
//   - 0.5 % of the rows come late (a median of 17 minutes after their turn),
//     and 0.5 % come twice, the second time late;
//   - with Notes, about 3 % of the rows are internal notes of the merchant or staff.
//
// Nothing is ever rejected by package source.
package generate
