// What a stranger writes with the client that openapi-generator made: log in, send, read what is there. Prints JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	api "example.com/us/client"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The part of a union that is there, by its name.
func named(union any) []any {
	value := reflect.Indirect(reflect.ValueOf(union))
	for i := 0; i < value.NumField(); i++ {
		if field := value.Field(i); !field.IsNil() {
			return []any{value.Type().Field(i).Name, field.Interface()}
		}
	}
	return []any{"nothing", nil}
}

func clientOf(base string, token string) *api.APIClient {
	settings := api.NewConfiguration()
	settings.Servers = api.ServerConfigurations{{URL: base}}
	if token != "" {
		settings.AddDefaultHeader("Authorization", "Bearer "+token)
	}
	return api.NewAPIClient(settings)
}

func main() {
	base, key, password, friend, text := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	ctx := context.Background()

	device := api.NewLoginDevice()
	device.SetId("generated")
	body := api.NewLogin(key, password)
	body.SetDevice(*device)
	login, _, err := clientOf(base, "").AccountsAPI.LogIn(ctx).Login(*body).Execute()
	check(err)
	client := clientOf(base, login.Token)

	sent, _, err := client.MessagesAPI.SendMessage(ctx).Send(*api.NewSend(101, friend, text)).Execute()
	check(err)
	history, _, err := client.MessagesAPI.GetHistory(ctx, "u:"+friend).Limit(5000).Execute()
	check(err)
	kept, _, err := client.InboxAPI.PullInbox(ctx).Limit(5000).Execute()
	check(err)
	rows, _, err := client.MessagesAPI.ListConversations(ctx).Execute()
	check(err)
	_, _, err = client.AccountsAPI.GetUser(ctx, "no.such.body").Execute()
	failure, ok := err.(*api.GenericOpenAPIError)
	if !ok {
		check(fmt.Errorf("an unknown account was answered with %v", err))
	}
	problem, ok := failure.Model().(api.Problem)
	if !ok {
		check(fmt.Errorf("no problem but %T", failure.Model()))
	}

	frames := func(items []api.Frame) (out [][]any) {
		for i := range items {
			out = append(out, named(items[i]))
		}
		return out
	}
	acknowledged := map[string]int64{}
	for _, frame := range frames(kept.Items) {
		it := reflect.Indirect(reflect.ValueOf(frame[1]))
		acknowledged[it.FieldByName("Conversation").String()] = it.FieldByName("Seq").Int()
	}
	_, err = client.InboxAPI.Acknowledge(ctx).RequestBody(acknowledged).Execute()
	check(err)
	conversations := [][]any{}
	for i := range rows.Items {
		conversations = append(conversations, named(rows.Items[i]))
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{"expiresAt": login.ExpiresAt, "sent": sent,
		"problem": problem.Code, "history": frames(history.Items), "inbox": frames(kept.Items),
		"conversations": conversations}))
}
