"""The rasa-sdk shell: a request from Rasa in, one service call, its replies out; a file a topic."""
