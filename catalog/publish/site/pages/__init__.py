"""The pages for people, one module a subject: what is asked of the database and handed to the template."""
