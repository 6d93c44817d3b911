package gotaframe_test

import (
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/frame/gotaframe"
)

// Five conversations: 500 has a merchant's message before the client's first and one of staff; in 501 the answer comes
// within the same second; 502 is unanswered; in 503 no client writes; 504 runs over midnight.
const messages = `message_id,conversation_id,created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,country
1,500,2026-03-01 09:00:00,901,101,901,7,FR
2,500,2026-03-01 10:00:00,101,101,901,7,FR
3,500,2026-03-01 10:05:00,42,101,901,7,FR
4,500,2026-03-01 10:20:00,101,101,901,7,FR
5,500,2026-03-01 10:30:00,901,101,901,7,FR
6,500,2026-03-01 11:00:00,901,101,901,7,FR
7,500,2026-03-01 11:30:00,101,101,901,7,FR
8,500,2026-03-01 12:00:00,901,101,901,7,FR
9,501,2026-03-01 09:00:00,102,102,901,7,DE
10,501,2026-03-01 09:00:00,901,102,901,7,DE
11,502,2026-03-01 13:00:00,103,103,902,8,FR
12,503,2026-03-02 08:00:00,902,104,902,8,FR
13,504,2026-03-01 23:59:59,105,105,902,8,FR
14,504,2026-03-02 00:30:00,902,105,902,8,FR
`

// gotaPairs finds the opening exchange of each conversation in Gota alone, as one would in pandas: who wrote first, who
// answered, how long it took (dt_s) and how many client messages it needed (exch_nr). The columns are conversation_id,
// opened_at, responded_at, dt_s and exch_nr, by conversation_id; the last three are missing where nobody answered.
//
// The messages need the columns above, created_at as text that sorts as time does, a client message at least and an
// answer at least: Gota cannot aggregate no groups.
func gotaPairs(messages dataframe.DataFrame) dataframe.DataFrame {
	// Messages are told apart by their rank, for two may be of one second.
	df := messages.Arrange(dataframe.Sort("created_at"), dataframe.Sort("message_id"))
	rank := make([]int, df.Nrow())
	for i := range rank {
		rank[i] = i
	}
	df = df.Mutate(series.New(rank, series.Int, "rank"))
	written := func(by string) dataframe.DataFrame {
		return df.Filter(dataframe.F{Colname: "sender_user_id", Comparator: series.Eq, Comparando: df.Col(by)}).
			Select([]string{"conversation_id", "rank"})
	}
	clients, merchants := written("client_user_id"), written("merchant_user_id")

	// C: the client's first message.
	opened := least(clients, "opened")
	// M: the merchant's first message behind it.
	later := merchants.InnerJoin(opened, "conversation_id")
	later = later.Filter(dataframe.F{Colname: "rank", Comparator: series.Greater, Comparando: later.Col("opened")})
	responded := least(later, "responded")
	// exch_nr: the client's messages before M.
	before := clients.InnerJoin(responded, "conversation_id")
	before = before.Filter(dataframe.F{Colname: "rank", Comparator: series.Less, Comparando: before.Col("responded")})
	exchanged := before.GroupBy("conversation_id").
		Aggregation([]dataframe.AggregationType{dataframe.Aggregation_COUNT}, []string{"rank"}).
		Rename("exch_nr", "rank_COUNT")

	at := df.Select([]string{"rank", "created_at"})
	pairs := opened.
		InnerJoin(at.Rename("opened", "rank").Rename("opened_at", "created_at"), "opened").
		LeftJoin(responded.InnerJoin(exchanged, "conversation_id"), "conversation_id").
		LeftJoin(at.Rename("responded", "rank").Rename("responded_at", "created_at"), "responded").
		Arrange(dataframe.Sort("conversation_id"))
	return pairs.
		Mutate(seconds(pairs.Col("opened_at"), pairs.Col("responded_at"))).
		Mutate(series.New(pairs.Col("exch_nr"), series.Int, "exch_nr")).
		Select([]string{"conversation_id", "opened_at", "responded_at", "dt_s", "exch_nr"})
}

// least returns each conversation's lowest rank, in a column of that name.
func least(df dataframe.DataFrame, name string) dataframe.DataFrame {
	return df.GroupBy("conversation_id").
		Aggregation([]dataframe.AggregationType{dataframe.Aggregation_MIN}, []string{"rank"}).
		Rename(name, "rank_MIN")
}

// seconds returns how long it is from one time to the other, in a column named dt_s.
func seconds(from, to series.Series) series.Series {
	dt := series.New(make([]float64, from.Len()), series.Float, "dt_s")
	begin, end, missing := from.Records(), to.Records(), to.IsNaN()
	for i := range begin {
		if missing[i] {
			dt.Elem(i).Set(nil)
			continue
		}
		a, errA := time.Parse(time.DateTime, begin[i])
		b, errB := time.Parse(time.DateTime, end[i])
		if errA != nil || errB != nil {
			dt.Elem(i).Set(nil)
			continue
		}
		dt.Elem(i).Set(b.Sub(a).Seconds())
	}
	return dt
}

// The first pairs of client and merchant in Gota alone.
func Example_gotaAlone() {
	pairs := gotaPairs(dataframe.ReadCSV(strings.NewReader(messages)))
	fmt.Println(pairs.Select([]string{"conversation_id", "responded_at", "dt_s", "exch_nr"}))
	// Output:
	// [4x4] DataFrame
	//
	//     conversation_id responded_at        dt_s        exch_nr
	//  0: 500             2026-03-01 10:30:00 1800.000000 2
	//  1: 501             2026-03-01 09:00:00 0.000000    1
	//  2: 502             NaN                 NaN         NaN
	//  3: 504             2026-03-02 00:30:00 1801.000000 1
	//     <int>           <string>            <float>     <int>
}

// An analyst who lives in Gota has frame's verbs in one call.
func ExampleApply() {
	df := dataframe.ReadCSV(strings.NewReader(messages))
	perCountry := gotaframe.Apply(df, func(f *frame.Frame) (*frame.Frame, error) {
		clients, err := f.Filter(expr.Col("sender_user_id").Eq(expr.Col("client_user_id")))
		if err != nil {
			return nil, err
		}
		return clients.GroupBy("country").Agg(expr.Len().As("messages"), expr.Col("created_at").Max().As("last"))
	}, "created_at")
	fmt.Println(perCountry)
	// Output:
	// [2x3] DataFrame
	//
	//     country  messages last
	//  0: FR       5        2026-03-01T23:59:59.000000Z
	//  1: DE       1        2026-03-01T09:00:00.000000Z
	//     <string> <int>    <string>
}

func ExampleFrom() {
	df := dataframe.New(
		series.New([]string{"9007199254740993"}, series.Int, "client_user_id"),
		series.New([]string{"2026-03-01 10:00:00"}, series.String, "created_at"),
	)
	f, err := gotaframe.From(df, "created_at")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(f)
	// Output:
	// client_user_id  created_at
	//            int64  time
	// 9007199254740993  2026-03-01T10:00:00Z
	// 1 rows × 2 columns
}

func ExampleTo() {
	f, err := frame.New(
		frame.Times("created_at", []int64{1772359200000000, 0}, frame.Valid(true, false)),
		frame.Texts("country", []string{"FR", "DE"}, nil),
	)
	if err != nil {
		log.Fatal(err)
	}
	df, err := gotaframe.To(f)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(df)
	// Output:
	// [2x2] DataFrame
	//
	//     created_at                  country
	//  0: 2026-03-01T10:00:00.000000Z FR
	//  1: NaN                         DE
	//     <string>                    <string>
}
