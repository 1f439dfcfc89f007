// A server and a client by other hands: the official Go SDK, which speaks both wires and knows no tasks.
//
//	peer serve                           serves over stdio
//	peer call [-version V] COMMAND ARG…  starts a server, calls its tools, and prints what it saw as one line of JSON
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("usage: peer serve | peer call [-version V] COMMAND ARG…")
	}
	if args[0] == "serve" {
		return serve()
	}
	flags := flag.NewFlagSet("call", flag.ContinueOnError)
	version := flags.String("version", "", "protocol version to ask for")
	tool := flags.String("tool", "", "tool to call")
	input := flags.String("input", "{}", "its arguments as JSON")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	return call(*version, *tool, json.RawMessage(*input), flags.Args())
}

type upperInput struct {
	Text string `json:"text"`
}

type countInput struct {
	To int `json:"to"`
}

func serve() error {
	server := mcp.NewServer(&mcp.Implementation{Name: "go-peer", Version: "1"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "upper"}, func(_ context.Context, _ *mcp.CallToolRequest, in upperInput) (*mcp.CallToolResult, any, error) {
		return text(strings.ToUpper(in.Text)), nil, nil
	})
	mcp.AddTool(server, &mcp.Tool{Name: "count"}, func(ctx context.Context, req *mcp.CallToolRequest, in countInput) (*mcp.CallToolResult, any, error) {
		for number := range in.To {
			select {
			case <-ctx.Done():
				return nil, nil, ctx.Err()
			case <-time.After(50 * time.Millisecond):
			}
			if token := req.Params.GetProgressToken(); token != nil {
				progress := mcp.ProgressNotificationParams{ProgressToken: token, Progress: float64(number + 1), Total: float64(in.To)}
				if err := req.Session.NotifyProgress(ctx, &progress); err != nil {
					return nil, nil, err
				}
			}
		}
		return text(fmt.Sprintf("counted to %d", in.To)), nil, nil
	})
	return server.Run(context.Background(), &mcp.StdioTransport{})
}

func text(words string) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: words}}}
}

type seen struct {
	Protocol string              `json:"protocol"`
	Tools    []string            `json:"tools"`
	Result   *mcp.CallToolResult `json:"result"`
}

func call(version, tool string, input json.RawMessage, command []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	client := mcp.NewClient(&mcp.Implementation{Name: "go-client", Version: "1"}, nil)
	child := exec.Command(command[0], command[1:]...)
	child.Stderr = os.Stderr
	session, err := client.Connect(ctx, &mcp.CommandTransport{Command: child}, &mcp.ClientSessionOptions{ProtocolVersion: version})
	if err != nil {
		return err
	}
	defer session.Close()
	found := seen{Protocol: session.InitializeResult().ProtocolVersion}
	for offered, err := range session.Tools(ctx, nil) {
		if err != nil {
			return err
		}
		found.Tools = append(found.Tools, offered.Name)
	}
	found.Result, err = session.CallTool(ctx, &mcp.CallToolParams{Name: tool, Arguments: input})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(found)
}
