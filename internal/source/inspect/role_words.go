package inspect

import (
	"strings"

	"github.com/sav-analytics/sav/source"
)

// The words that tools have for who wrote a message. analyze takes none of these by
// itself: an agent is the merchant's here and the marketplace's there.
var (
	clientWords = newSet(`
		user users endusers client clients customer customers consumer consumers buyer buyers guest
		visitor visitors lead leads shopper subscriber member person patient student caller citizen
		traveller passenger tenant debtor public external received recu in i incoming inbound human asker
		question inquiry enquiry complaint request requester requestor reporter complainant contact
		contacts cust usr u acheteur acheteurs acheteuse cliente clientes kunde kunden kundin kaufer
		kauferin besteller comprador compradora acquirente utente usuario usager utilisateur demandeur
		eingehend entrant entrante eingang empfangen recibido ricevuto recebido klant koper`)
	merchantWords = newSet(`
		agent agents admin admins administrator operator operators staff support supportagent team
		employee employees rep reps representative csr csm merchant merchants seller sellers vendor
		vendors shop shops store stores retailer brand company business owner assistant assignee helpdesk
		expert advisor adviser consultant counselor specialist technician tech moderator manager host sent
		send out outgoing outbound response answer reply answered replied me us internal serviceclient
		conseiller conseillere operateur agente agenti marchand marchande commercant vendeur vendeuse
		boutique magasin equipe service sav support handler responder sysadmin cs sales salesperson
		colleague mitarbeiter haendlerin haendler verkaufer verkauferin laden berater kundenservice
		kundendienst vendedor vendedora tienda negocio soporte operador operatore venditore venditrice
		negozio assistenza servizio ausgehend gesendet ausgang sortant sortante envoye enviado inviato
		uscita saliente winkel verkoper medewerker agt a`)
	otherWords = newSet(`
		system systems note notes lineitem event events activity internalnote marketplace platform
		moderation trigger macro rule workflow operatoruser notification audit log status assignment close
		open snooze unassigned systeme evenement sistema notiz ereignis hinweis private`)
	automaticWords = newSet(`
		bot bots chatbot agentbot robot automated automatic auto automation autoreply autoresponder
		virtualagent virtualassistant ai aiagent template campaign assistantbot fin answerbot machine
		script`)
	// roleColumns are words in the name of a column that says who wrote.
	roleColumns = newSet(`
		role roles type types direction directions sender senders from author authors by speaker speakers
		who party actor source side participant kind user usertype persona originator writer person poster
		absender expediteur auteur remitente mittente autor autore rolle rol ruolo emetteur emisor
		richtung sens direccion direzione incoming inbound outgoing outbound sent agent staff customer
		client me merchant seller operator visitor admin support reply answer directioncode inout io`)
	// trueIsClient and trueIsMerchant are words in the names of columns that are true for
	// one of the two.
	trueIsClient = newSet(`
		inbound incoming customer client user visitor received buyer consumer enduser requester contact
		entrant eingehend entrante`)
	trueIsMerchant = newSet(`
		outbound outgoing agent staff admin operator me merchant seller shop support rep reply answer
		employee team ours sent vendor directioncode internal answered sortant ausgehend saliente mine`)
)

// notRoles are words in the names of columns of true and false that say something else.
var notRoles = newSet(`
		bot automatic automated auto private public internal note visible deleted read seen open closed
		spam test attachment attachments active resolved html`)

// meaning guesses what a word says.
func meaning(word string) (by source.WrittenBy, ok bool) {
	all := words(word)
	whole := strings.Join(all, "")
	all = append([]string{whole}, all...)
	for _, w := range all {
		switch {
		case automaticWords[w]:
			return source.ByAutomatic, true
		case otherWords[w]:
			return source.ByOther, true
		case clientWords[w]:
			return source.ByClient, true
		case merchantWords[w]:
			return source.ByMerchant, true
		}
	}
	return 0, false
}
