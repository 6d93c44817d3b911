package inspect

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// words returns the words of a name: created_at, CreatedAt and "Created at" are two
// words, in lower case and without accents.
func words(name string) []string {
	var all []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			all = append(all, string(word))
			word = word[:0]
		}
	}
	before := rune(0)
	runes := []rune(norm.NFD.String(name))
	for i, r := range runes {
		switch {
		case unicode.Is(unicode.Mn, r): // an accent
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case unicode.IsUpper(r) && (unicode.IsLower(before) || i+1 < len(runes) && unicode.IsUpper(before) &&
			unicode.IsLower(runes[i+1])):
			end()
			word = append(word, unicode.ToLower(r))
		default:
			word = append(word, unicode.ToLower(r))
		}
		before = r
	}
	end()
	return all
}

// joined returns a name's words as one.
func joined(name string) string { return strings.Join(words(name), "") }

// set is a set of words.
type set map[string]bool

func newSet(words string) set {
	s := make(set)
	for _, word := range strings.Fields(words) {
		s[word] = true
	}
	return s
}

// any reports whether one of some words is in the set.
func (s set) any(words []string) bool { return s.count(words) > 0 }

// count returns how many of some words are in the set.
func (s set) count(words []string) (n int) {
	for _, word := range words {
		if s[word] {
			n++
		}
	}
	return n
}

var (
	conversationWords = newSet(`
		conversation conversations convo convid convoid dialogue dialog dialogues ticket tickets case
		cases thread threads discussion chat chats session sessions room request issue incident
		interaction correspondence engagement topic inquiry enquiry complaint claim sav parent parentid
		resid regardingobjectid jid chatjid remotejid conversationsthreadid conversationid ticketid
		threadid chatid sessionid caseid requestid matter file enquete conversacion conversazione gesprach
		vorgang vorgangsnummer ticketnummer fall fallnummer anfrage dossier reclamation demande fil
		echange caso chamado konversation unterhaltung`)
	orderWords = newSet(`
		order orders orderid ordernumber commande bestellung bestellnummer pedido ordine contact contactid
		phone channelid customer client subject`)
	idWords = newSet(`
		id ids no number nr num numero n key ref reference slug uuid guid code hash sid nummer identifiant
		identifier identificador codigo jid`)
	// notConversation are words that speak of a conversation, and not of which.
	notConversation = newSet(`
		created updated closed opened status state subject title type count at date time priority channel
		tags rating score csat author owner assignee message messages part comment entry body text content
		url link index turn position sequence seq language topic summary first last agent`)

	merchantIDWords = newSet(`
		merchant shop store seller vendor brand boutique magasin vendeur vendedor tienda negozio venditore
		laden handler haendler verkaufer winkel loja marchand retailer merchantid shopid`)
	siteWords = newSet(`
		website site tenant organisation organization company workspace societe unternehmen empresa
		azienda partner`)
	accountWords = newSet("account inbox mailbox marketplace portal")

	senderWords = newSet(`
		author sender from user userid poster createdby createdbyid writer by speaker actor auteur
		expediteur absender remitente mittente`)
	clientIDWords = newSet(`
		requester customer contact client buyer visitor consumer enduser partner shopper guest acheteur
		kunde cliente demandeur`)
	agentIDWords = newSet(`
		assignee agent operator owner admin staff assigned handler responsible rep merchant seller user
		conseiller`)

	messageIDWords = newSet(`
		message msg comment article entry activity tweet note part event mail email post reply thread
		nachricht mensaje messaggio line row record`)

	// bodyWords are words in the names of columns with texts.
	bodyWords = newSet(`
		body text content message comment subject title description texte nachricht mensaje messaggio
		utterance preview extract html reply answer betreff objet asunto`)

	countryWords = newSet("country pays land pais paese countrycode market nation")
)
